import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { eventually } from '../support/eventually.js';
import { onlineSdk } from '../support/online-sdk.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { testOptions } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { flagAt } from '../support/test-bed.js';
import { config, TestUpstream, textConfig } from '../support/upstream.js';

let database: TestDatabase;
let upstream: TestUpstream;
let cwd: string;
let services: SpawnedService[];

beforeAll(async () => {
  database = await createTestDatabase();
  upstream = await TestUpstream.start(config(textConfig('one'), '"one"'));
  cwd = mkdtempSync(join(tmpdir(), 'audience-sync-kill-'));
  const sdks = { app: onlineSdk(upstream) };
  writeFileSync(join(cwd, 'options.yml'), stringify(testOptions(database.url, { sdks })));
  services = [];
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await upstream.stop();
  await database.drop();
  rmSync(cwd, { recursive: true, force: true });
});

async function start(): Promise<SpawnedService> {
  const service = new SpawnedService({ cwd });
  services.push(service);
  return service.ready();
}

const shows = (service: SpawnedService, text: string): Promise<void> =>
  eventually(async () =>
    expect(await flagAt(service.base, 'text', { identifier: 'ada', sdkId: 'app' })).toBe(text),
  );

it(
  'a replica that polls and is killed is followed by another one',
  { timeout: 90_000 },
  async () => {
    const first = await start();
    await shows(first, 'one');
    const second = await start();
    await shows(second, 'one');
    first.kill('SIGKILL');
    await first.end;
    upstream.answer(config(textConfig('two'), '"two"'));
    await shows(second, 'two');
    expect(upstream.asked.at(-1)?.ifNoneMatch).not.toBeUndefined();
    const third = await start();
    await shows(third, 'two');
    expect(third.output + second.output).not.toMatch(/configcat-sdk-1/);
  },
);
