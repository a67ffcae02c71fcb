import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { callAdmin, WITH_ADMIN } from '../support/admin.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { randomOf } from '../support/random.js';
import { Rows } from '../support/rows.js';
import { startTestService, testOptions, type TestService } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { TrackingApi } from '../support/tracking-api.js';
import { TestUpstream } from '../support/upstream.js';

describe('changes on their way to Segment', () => {
  let api: TrackingApi;
  let database: TestDatabase;
  let rows: Rows;
  let options: Readonly<Record<string, unknown>>;
  let made = 0;
  /** What a test opened, ended before what it stands on. */
  let ends: Array<() => Promise<unknown>> = [];

  beforeEach(async () => {
    api = await TrackingApi.start();
    database = await createTestDatabase();
    rows = await new Rows(database.url).connect();
    options = {
      ...WITH_ADMIN,
      segment: { write_key: 'wk', host: api.url, evaluated: { enabled: false } },
    };
  });
  afterEach(async () => {
    await Promise.all(ends.map((end) => end()));
    ends = [];
    await api.stop();
    await rows.end();
    await database.drop();
  });

  async function spawn(): Promise<SpawnedService> {
    const cwd = await mkdtemp(join(tmpdir(), 'audience-sync-changed-'));
    const tree = testOptions(database.url, { log: { level: 'info' }, ...options });
    await writeFile(join(cwd, 'options.yml'), stringify(tree));
    const service = new SpawnedService({ cwd });
    ends.push(async () => {
      service.kill('SIGKILL');
      await service.end;
      await rm(cwd, { recursive: true, force: true });
    });
    return service.ready();
  }

  async function start(more: object = {}): Promise<TestService> {
    const service = await startTestService(database.url, { ...options, ...more });
    ends.push(() => service.stop());
    return service;
  }

  /** @returns its name, once it is durable. */
  async function change(base: string): Promise<string> {
    made += 1;
    const name = `Segment ${made}`;
    const condition = { comparisonAttribute: 'Country', comparator: 'isOneOf' };
    const conditions = [{ ...condition, comparisonValue: { listValue: [{ value: 'HU' }] } }];
    const body = { name, conditions };
    const answer = await callAdmin(base, 'POST /products/default/segments', { body });
    expect(answer.status).toBe(201);
    return name;
  }

  const waiting = async (): Promise<number> => (await rows.query('select from outbox')).length;
  const expireLease = (): Promise<unknown> =>
    rows.query('update outbox set leased_until = clock_timestamp()');
  /** The names of the segments in what came, each event as often as it came. */
  const came = (): readonly string[] =>
    api.requests.flatMap(({ events }) => events.map((event) => nameIn(event.properties)));
  const kept = (): readonly string[] => api.events.map((event) => nameIn(event.properties));

  it.each([500, { status: 429, retryAfter: '1' }, 'reset' as const])(
    'are sent again after %j, and are each one',
    async (answer) => {
      const { base } = await start();
      api.answerNext(answer);
      const name = await change(base);
      await eventually(() => expect(kept()).toEqual([name]));
      expect(came()).toEqual([name, name]);
      await eventually(async () => expect(await waiting()).toBe(0));
    },
  );

  it('that Segment refuses are counted, told, and cost none beside them', async () => {
    const service = await start({ diag: { port: 0, host: '127.0.0.1' } });
    api.answerAlways(500);
    const names = [await change(service.base), await change(service.base)];
    await eventually(() => expect(came().length).toBeGreaterThan(0));
    const before = api.requests.length;
    // Both together, then each alone.
    api.answerNext(400, 400, 200);
    api.answerAlways(200);
    await eventually(() => expect(kept()).toEqual([names[1]]));
    expect(api.requests.slice(before).map(({ events }) => events.length)).toEqual([2, 1, 1]);
    await eventually(async () => expect(await waiting()).toBe(0));
    const status = await (await fetch(`${service.diagnostics}/status`)).json();
    expect(status).toMatchObject({
      segment: {
        status: 'healthy',
        evaluated: null,
        changed: {
          queued: 0,
          sent: 1,
          refused: 1,
          dropped: 0,
          lastError: { reason: 'Segment answered 400' },
        },
      },
    });
  });

  it('that wait behind a refused one are sent soon after Segment failed, and are each one', async () => {
    const { base } = await start();
    api.answerAlways(500);
    const names: string[] = [];
    for (let n = 0; n < 5; n += 1) names.push(await change(base));
    await eventually(() => expect(came().length).toBeGreaterThan(4));
    // All together, the first alone, and then Segment is away.
    api.answerNext(400, 200, 503);
    api.answerAlways(200);
    await eventually(() => expect(kept()).toEqual(names));
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  it('wait in PostgreSQL while Segment is away, are shown, and come in their order', async () => {
    const { base, diagnostics } = await start({ diag: { port: 0, host: '127.0.0.1' } });
    api.answerAlways(500);
    const names: string[] = [];
    for (let n = 0; n < 40; n += 1) names.push(await change(base));
    expect(await waiting()).toBe(40);
    await eventually(async () => {
      const status = await (await fetch(`${diagnostics}/status`)).json();
      expect(status).toMatchObject({ segment: { status: 'degraded', changed: { queued: 40 } } });
    });
    api.answerAlways(200);
    await eventually(() => expect(kept()).toEqual(names));
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  it.each(['hang', 'lost'] as const)(
    'survive a kill while Segment (%s) has not answered, and nobody else sends them meanwhile',
    async (answer) => {
      const first = await spawn();
      api.answerNext(answer);
      const name = await change(first.base);
      await eventually(() => expect(came()).toEqual([name]));
      first.kill('SIGKILL');
      await first.end;
      expect(await waiting()).toBe(1);
      const second = await start();
      const later = await change(second.base);
      await setTimeout(300);
      expect(came()).toEqual([name]);
      await expireLease();
      await change(second.base);
      await eventually(() => expect(kept()).toContain(later));
      expect(kept().slice(0, 2)).toEqual([name, later]);
      expect(new Set(kept()).size).toBe(kept().length);
    },
  );

  it('survive a kill before anything was sent', async () => {
    const first = await spawn();
    const blocker = await new Rows(database.url).connect();
    await blocker.query('begin');
    // Nobody can claim while this transaction lasts.
    await blocker.query('select pg_advisory_xact_lock(7022364301936526)');
    const name = await change(first.base);
    first.kill('SIGKILL');
    await first.end;
    await blocker.query('rollback');
    await blocker.end();
    expect(came()).toEqual([]);
    await start();
    await eventually(() => expect(kept()).toEqual([name]));
  });

  it('that were answered are in, and are each one, wherever a kill comes', async () => {
    const random = randomOf(7);
    const answered: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const service = await spawn();
      const moment = setTimeout(random() * 400);
      const writing = (async () => {
        for (;;) answered.push(await change(service.base));
      })().catch(() => {});
      await moment;
      service.kill('SIGKILL');
      await Promise.all([service.end, writing]);
      await expireLease();
    }
    await start();
    await eventually(async () => {
      expect(await waiting()).toBe(0);
    });
    expect(answered.length).toBeGreaterThan(3);
    const names = kept();
    expect(answered.filter((name) => !names.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  }, 60_000);

  it('are sent by one of two replicas, each once', async () => {
    const replicas = [await start(), await start()];
    const names: string[] = [];
    for (let n = 0; n < 10; n += 1) {
      names.push(...(await Promise.all(replicas.map(({ base }) => change(base)))));
    }
    await eventually(() => expect(kept()).toHaveLength(names.length));
    expect(came()).toHaveLength(names.length);
    expect(new Set(came())).toEqual(new Set(names));
  });

  it('of an upstream config that several replicas see are one event', async () => {
    let version = 1;
    const upstream = await TestUpstream.start((_request, response) => {
      const flag = { t: 2, v: { i: version } };
      response.writeHead(200, { ETag: `"${version}"` });
      response.end(JSON.stringify({ p: { s: 'c2FsdA==' }, f: { counter: flag } }));
    });
    ends.push(() => upstream.stop());
    const key = 'configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbb';
    const online = { sdks: { app: { key, base_url: upstream.url, poll_interval: 1 } } };
    const replicas = [await start(online), await start(online), await start(online)];
    await eventually(async () => {
      expect(await rows.query('select from base_config')).toHaveLength(1);
    });
    for (version = 2; version <= 4; version += 1) {
      const wanted = version;
      const refresh = replicas.map(({ base }) =>
        fetch(`${base}/api/app/refresh`, { method: 'POST' }),
      );
      await Promise.all(refresh);
      await eventually(() => expect(api.events).toHaveLength(wanted - 1));
    }
    await eventually(async () => expect(await waiting()).toBe(0));
    expect(api.events.map(({ properties }) => properties['details'])).toEqual(
      [2, 3, 4].map((now) => `Flag 'counter' now serves ${now} to everyone; it served ${now - 1}.`),
    );
  });

  it('are given back at a stop, for the next one to send at once', async () => {
    const first = await spawn();
    api.answerNext('hang');
    const name = await change(first.base);
    await eventually(() => expect(came()).toEqual([name]));
    expect(await first.stop()).toMatchObject({ code: 0 });
    await start();
    await eventually(() => expect(kept()).toEqual([name]));
  }, 40_000);
});

/** Of `Segment 'name' was created. …` */
function nameIn({ details }: Readonly<Record<string, unknown>>): string {
  return /'(Segment \d+)'/.exec(String(details))?.[1] ?? String(details);
}
