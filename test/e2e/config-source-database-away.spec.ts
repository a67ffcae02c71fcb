import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Gate } from '../support/gate.js';
import { onlineSdk } from '../support/online-sdk.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { Rows } from '../support/rows.js';
import { startTestService, type TestService } from '../support/service.js';
import { flagAt } from '../support/test-bed.js';
import {
  config,
  status,
  TestUpstream,
  textConfig,
  type UpstreamScript,
} from '../support/upstream.js';

let database: TestDatabase;
let upstream: TestUpstream;
let gate: Gate;
let service: TestService;

beforeAll(async () => {
  upstream = await TestUpstream.start(status(500));
});
afterAll(() => upstream.stop());
beforeEach(async () => {
  upstream.answer(config(textConfig('one'), '"one"'));
  database = await createTestDatabase();
  gate = await Gate.before(database.url);
  service = await startTestService(gate.url, { sdks: { app: onlineSdk(upstream) } });
  await storedIs('one');
});
afterEach(async () => {
  await service.stop();
  await gate.shut();
  await database.drop();
});

const serves = (text: string): Promise<void> =>
  eventually(async () =>
    expect(await flagAt(service.base, 'text', { identifier: 'ada', sdkId: 'app' })).toBe(text),
  );

const storedIs = (text: string): Promise<void> =>
  eventually(async () => expect(await stored()).toEqual([{ json: textConfig(text) }]));

async function stored(): Promise<readonly object[]> {
  const rows = await new Rows(database.url).connect();
  try {
    return await rows.query('select json from base_config');
  } finally {
    await rows.end();
  }
}

const answers500: UpstreamScript = status(500);
const hangs: UpstreamScript = () => {};

describe('a config that was fetched while PostgreSQL was away', () => {
  it.each([
    ['answers 500', answers500],
    ['hangs', hangs],
  ])('is stored when PostgreSQL is back, though the upstream %s by then', async (_how, script) => {
    await gate.shut();
    upstream.answer(config(textConfig('two'), '"two"'));
    await serves('two');
    upstream.answer(script);
    await gate.open();
    await storedIs('two');
    expect(await stored()).toHaveLength(1);
    await serves('two');
  });

  it('is stored by a stop in good order right then', async () => {
    await gate.shut();
    upstream.answer(config(textConfig('two'), '"two"'));
    await serves('two');
    upstream.answer(hangs);
    await gate.open();
    await service.stop();
    expect(await stored()).toEqual([{ json: textConfig('two') }]);
  });

  it('holds up no stop while PostgreSQL stays away', async () => {
    await gate.shut();
    upstream.answer(config(textConfig('two'), '"two"'));
    await serves('two');
    const start = performance.now();
    await service.stop();
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(await stored()).toEqual([{ json: textConfig('one') }]);
  });
});
