import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { Gate } from '../support/gate.js';
import { configOf, onlineSdk, refreshSdk } from '../support/online-sdk.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { Rows } from '../support/rows.js';
import {
  launchTestService,
  startTestService,
  type OptionsTree,
  type TestService,
} from '../support/service.js';
import { flagAt } from '../support/test-bed.js';
import { config, status, TestUpstream, textConfig } from '../support/upstream.js';

const file = new ConfigFile('');
let database: TestDatabase;
let upstream: TestUpstream;
let gates: Gate[];
let services: TestService[];

beforeAll(async () => {
  upstream = await TestUpstream.start(status(500));
});
afterAll(() => upstream.stop());
beforeEach(async () => {
  database = await createTestDatabase();
  gates = [];
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await Promise.all(gates.map((gate) => gate.shut()));
  await database.drop();
});

/** Options that several services, or one and its next start, can share. */
const options = (over: OptionsTree = {}): OptionsTree => ({
  sdks: { app: onlineSdk(upstream, over) },
  log: { level: 'error' },
});

async function start(tree: OptionsTree, url: string = database.url): Promise<TestService> {
  const service = await startTestService(url, tree);
  services.push(service);
  return service;
}

async function startBehindGate(tree: OptionsTree): Promise<{ service: TestService; gate: Gate }> {
  const gate = await Gate.before(database.url);
  gates.push(gate);
  return { gate, service: await start(tree, gate.url) };
}

const textAt = (service: TestService): Promise<unknown> =>
  flagAt(service.base, 'text', { identifier: 'ada', sdkId: 'app' });

const shows = (service: TestService, text: string): Promise<void> =>
  eventually(async () => expect(await textAt(service)).toBe(text));

async function storedConfigs(): Promise<readonly object[]> {
  const rows = await new Rows(database.url).connect();
  try {
    return await rows.query('select json from base_config');
  } finally {
    await rows.end();
  }
}

/** Resolves after so many more requests to the upstream. */
const asked = async (more: number): Promise<void> => {
  const before = upstream.asked.length;
  await eventually(() => expect(upstream.asked.length).toBeGreaterThanOrEqual(before + more));
};

describe('a config that is fetched', () => {
  it('is served with its bytes and its tag, and replaced when it changes', async () => {
    const odd = ` ${textConfig('one')}\n`;
    upstream.answer(config(odd, '"one"'));
    const service = await start(options());
    await eventually(async () => expect((await configOf(service.base, 'app')).text).toBe(odd));
    expect((await configOf(service.base, 'app')).headers.get('etag')).toBe('"one"');
    expect(await textAt(service)).toBe('one');
    await asked(2);
    expect(upstream.asked.at(-1)?.ifNoneMatch).toBe('"one"');
    upstream.answer(config(textConfig('two'), '"two"'));
    await shows(service, 'two');
  });

  it('stays what it was while its source is bad', async () => {
    upstream.answer(config(textConfig('one'), '"one"'));
    const service = await start(options());
    await shows(service, 'one');
    upstream.answer(status(500));
    await asked(2);
    expect(await textAt(service)).toBe('one');
  });

  it('is there when a refresh has been answered, and why not when it failed', async () => {
    upstream.answer(config(textConfig('one')));
    const service = await start(options({ poll_interval: 600 }));
    await shows(service, 'one');
    upstream.answer(config(textConfig('two')));
    expect(await refreshSdk(service.base, 'app')).toMatchObject({ status: 200, text: '' });
    expect(await textAt(service)).toBe('two');
    expect((await configOf(service.base, 'app')).text).toBe(textConfig('two'));
    upstream.answer(status(404));
    const answer = await refreshSdk(service.base, 'app');
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('404');
    expect(answer.text).not.toContain('configcat-sdk-1');
  });
});

describe('replicas over one database', () => {
  it('have one that polls, and the others read what it stored', async () => {
    upstream.answer(config(textConfig('one'), '"one"'));
    const tree = options();
    const first = await start(tree);
    await shows(first, 'one');
    const before = upstream.asked.length;
    const second = await start(tree);
    await shows(second, 'one');
    upstream.answer(config(textConfig('two'), '"two"'));
    await shows(second, 'two');
    await shows(first, 'two');
    await eventually(async () =>
      expect((await configOf(second.base, 'app')).headers.get('etag')).toBe('"two"'),
    );
    // The second one would have asked without a tag first.
    const since = upstream.asked.slice(before);
    expect(since.map(({ ifNoneMatch }) => ifNoneMatch)).not.toContain(undefined);
  });

  it('all get what a refresh of any one brought', async () => {
    upstream.answer(config(textConfig('one')));
    const tree = options({ poll_interval: 600 });
    const first = await start(tree);
    await shows(first, 'one');
    const second = await start(tree);
    await shows(second, 'one');
    upstream.answer(config(textConfig('two')));
    await refreshSdk(second.base, 'app');
    expect(await textAt(second)).toBe('two');
    await shows(first, 'two');
    upstream.answer(config(textConfig('three')));
    await refreshSdk(first.base, 'app');
    await shows(second, 'three');
  });

  it('go on with another one when the one that polls ends', async () => {
    upstream.answer(config(textConfig('one')));
    const tree = options();
    const first = await start(tree);
    await shows(first, 'one');
    const second = await start(tree);
    await shows(second, 'one');
    await first.stop();
    upstream.answer(config(textConfig('two')));
    await shows(second, 'two');
    expect(upstream.asked.at(-1)?.path).toContain('/configuration-files/');
  });

  it('each poll for themselves while PostgreSQL is away, and one when it is back', async () => {
    upstream.answer(config(textConfig('one')));
    const tree = options();
    const { service: first, gate } = await startBehindGate(tree);
    await shows(first, 'one');
    const { service: second, gate: other } = await startBehindGate(tree);
    await shows(second, 'one');
    await Promise.all([gate.shut(), other.shut()]);
    upstream.answer(config(textConfig('two')));
    await shows(first, 'two');
    await shows(second, 'two');
    upstream.answer(config(textConfig('three')));
    await shows(first, 'three');
    await shows(second, 'three');
    await Promise.all([gate.open(), other.open()]);
    const third = await start(tree);
    await shows(third, 'three');
    upstream.answer(config(textConfig('four')));
    for (const service of [first, second, third]) await shows(service, 'four');
    const [stored] = await storedConfigs();
    expect(stored).toEqual({ json: textConfig('four') });
  });
});

describe('a start', () => {
  it('serves what was stored while the source is away, and what is newer when it is back', async () => {
    upstream.answer(config(textConfig('one'), '"one"'));
    const tree = options();
    const before = await start(tree);
    await shows(before, 'one');
    await before.stop();
    upstream.answer(status(503));
    const service = await start(tree);
    expect(await textAt(service)).toBe('one');
    expect((await configOf(service.base, 'app')).headers.get('etag')).toBe('"one"');
    upstream.answer(config(textConfig('two'), '"two"'));
    await shows(service, 'two');
  });

  it.each([
    ['another key', {}],
    ['another address', { base_url: 'http://127.0.0.1:1' }],
  ])('with %s never serves what was stored of the one before', async (_name, over) => {
    upstream.answer(config(textConfig('one')));
    const tree = options();
    const before = await start(tree);
    await shows(before, 'one');
    await before.stop();
    upstream.answer(status(503));
    const service = await start({ sdks: { app: onlineSdk(upstream, over) } });
    expect(await configOf(service.base, 'app')).toMatchObject({ status: 500 });
  });

  it('without its file serves what was read from it last', async () => {
    const tree = { sdks: { app: { offline: file.offline } } };
    await file.write(textConfig('one'));
    const before = await start(tree);
    await shows(before, 'one');
    await eventually(async () => expect(await storedConfigs()).toHaveLength(1));
    await before.stop();
    await rm(file.path);
    const service = await start(tree);
    expect(await textAt(service)).toBe('one');
    await file.write(textConfig('two'));
    await shows(service, 'two');
  });

  it('without PostgreSQL serves a config that nothing of ours can be in, and no other', async () => {
    const gate = await Gate.before(database.url);
    gates.push(gate);
    await gate.shut();
    const text = textConfig('one');
    const segments = { s: [{ n: 'Beta', r: [{ a: 'Email', c: 28, s: 'x' }] }] };
    upstream.answer((request, response) =>
      config(request.url?.includes('with') === true ? textConfig('one', segments) : text, '"tag"')(
        request,
        response,
      ),
    );
    const service = await launchTestService(gate.url, {
      sdks: {
        app: onlineSdk(upstream),
        overlaid: onlineSdk(upstream, { base_url: `${upstream.url}/with` }),
        flagged: onlineSdk(upstream, { audience_flags: true }),
      },
      log: { level: 'error' },
    });
    services.push(service);
    await eventually(async () => {
      const answer = await configOf(service.base, 'app');
      expect(answer).toMatchObject({ status: 200, text });
      expect(answer.headers.get('etag')).toBe('"tag"');
    });
    expect(await textAt(service)).toBe('one');
    for (const id of ['overlaid', 'flagged']) {
      expect(await configOf(service.base, id)).toMatchObject({ status: 500 });
    }
    await gate.open();
    for (const id of ['overlaid', 'flagged']) {
      await eventually(async () =>
        expect(await configOf(service.base, id)).toMatchObject({ status: 200 }),
      );
    }
  });
});
