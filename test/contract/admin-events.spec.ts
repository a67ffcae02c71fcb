import { EventSource } from 'eventsource';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { MemberImport } from '../../src/audiences/member-import.js';
import { MembershipStore } from '../../src/audiences/membership-store.js';
import type { Database } from '../../src/database/database.js';
import { isJsonObject } from '../../src/engage/json-value.js';
import { ADMIN, callAdmin, VIEWER, WITH_ADMIN } from '../support/admin.js';
import { entries, identify } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { RawClient } from '../support/raw-client.js';
import { startTestService, type TestService } from '../support/service.js';
import { testDatabase } from '../support/template.js';
import { sendTo, TestBed } from '../support/test-bed.js';

const EVENTS = ['audience', 'audience-replaced', 'config', 'definitions', 'rejected'];
const bed = new TestBed(WITH_ADMIN);
let other: TestService;
let database: Database;

beforeAll(async () => {
  other = await startTestService(bed.databaseUrl);
  database = testDatabase(bed.databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await Promise.all([other.stop(), database.close()]);
});

/** What one listener was told, from when its stream began. */
class Told {
  readonly events: { readonly event: string; readonly data: object; readonly id: string }[] = [];

  private constructor(source: EventSource) {
    for (const event of EVENTS) {
      source.addEventListener(event, ({ data, lastEventId }) => {
        const parsed: unknown = JSON.parse(String(data));
        if (isJsonObject(parsed)) this.events.push({ event, data: parsed, id: lastEventId });
      });
    }
  }

  static async listen(token: string = VIEWER.token): Promise<Told> {
    const source = new EventSource(`${bed.base}/admin/v1/events`, {
      fetch: (url, init) =>
        fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
    });
    onTestFinished(() => source.close());
    const told = new Told(source);
    await eventually(() => {
      if (source.readyState !== EventSource.OPEN) throw new Error('the stream is not open');
    });
    return told;
  }

  of(event: string): readonly object[] {
    return this.events.filter((each) => each.event === event).map(({ data }) => data);
  }

  /** How many entered and left in all that it was told of an audience. */
  sumOf(audienceId: string): { entered: number; left: number } {
    const sum = { entered: 0, left: 0 };
    for (const data of this.of('audience')) {
      if (!isJsonObject(data) || data['audienceId'] !== audienceId) continue;
      sum.entered += Number(data['entered']);
      sum.left += Number(data['left']);
    }
    return sum;
  }
}

const at: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function idOf(key: string): Promise<string> {
  const [row] = await bed.rows.query<{ id: string }>('select id from audience where key = $1', [
    key,
  ]);
  return row?.id ?? '';
}

describe('the stream of what happens', () => {
  it('counts who enters and leaves each audience, on whichever replica, and names nobody', async () => {
    await bed.send([identify({ key: 'one' }), identify({ key: 'two', isMember: false })]);
    await bed.sees('audience_one', 'user_1', true);
    const told = await Told.listen();
    const later = { key: 'one', at: '2024-06-01T00:00:00Z' };
    await sendTo(other.base, entries(30, later));
    await bed.send([identify({ ...later, at: '2024-06-02T00:00:00Z', isMember: false })]);
    const one = await idOf('one');
    await eventually(() => expect(told.sumOf(one)).toEqual({ entered: 29, left: 1 }));
    expect(told.of('audience')[0]).toEqual({
      audienceId: one,
      entered: expect.any(Number),
      left: expect.any(Number),
      at,
    });
    expect(JSON.stringify(told.events)).not.toContain('user_');
  });

  it('gathers a flood', async () => {
    await bed.send(identify({ key: 'flooded' }));
    const told = await Told.listen();
    for (let batch = 0; batch < 20; batch += 1) {
      const events = Array.from({ length: 500 }, (_, n) =>
        identify({ key: 'flooded', userId: `user ${batch} ${n}` }),
      );
      await bed.send(events);
    }
    const id = await idOf('flooded');
    await eventually(() => expect(told.sumOf(id).entered).toBeGreaterThanOrEqual(10_000));
    expect(told.of('audience').length).toBeLessThan(20);
  });

  it('tells that an import replaced an audience', async () => {
    await bed.send(entries(3, { key: 'replaced' }));
    const told = await Told.listen();
    const id = await idOf('replaced');
    await new MemberImport(database, new MembershipStore(database)).run(
      { audienceId: Number(id), mode: 'replace', format: 'ndjson', strict: true },
      Readable.from(['"ada"\n']),
    );
    await eventually(() => expect(told.of('audience-replaced')).toEqual([{ audienceId: id, at }]));
  });

  it('tells that definitions changed, and what is served with them', async () => {
    const told = await Told.listen();
    await bed.send(identify({ key: 'brand_new' }));
    await eventually(() => expect(told.of('definitions')).toContainEqual({ at }));
    const { headers } = await eventually(async () => {
      const answer = await request(
        `${bed.base}/configuration-files/configcat-proxy/default/config_v6.json`,
      );
      expect(answer.text).toContain('audience_brand_new');
      return answer;
    });
    await eventually(() =>
      expect(told.of('config')).toContainEqual({
        sdkId: 'default',
        etag: headers.get('etag'),
        at,
      }),
    );
  });

  it('says nothing of definitions where only a base config was stored', async () => {
    const told = await Told.listen();
    await database.query('update instance set revision = revision + 1');
    await database.query('select pg_notify($1, $2)', ['audience_sync_revision', '']);
    await bed.send(identify({ key: 'after_the_revision' }));
    await eventually(() => expect(told.of('definitions').length).toBeGreaterThan(0));
    expect(told.of('definitions')).toHaveLength(1);
  });

  it('counts what is rejected, on whichever replica, from when the stream began', async () => {
    await bed.send(['before', 'before']);
    const told = await Told.listen();
    await Promise.all([
      sendTo(other.base, ['odd', identify({ isMember: 'perhaps' })]),
      bed.send(['odd']),
    ]);
    const sum = (reason: string): number =>
      told
        .of('rejected')
        .filter((data) => isJsonObject(data) && data['reason'] === reason)
        .reduce((total, data) => total + (isJsonObject(data) ? Number(data['count']) : 0), 0);
    await eventually(() => {
      expect(sum('malformed')).toBe(2);
      expect(sum('indeterminate_membership')).toBe(1);
    });
    expect(told.of('rejected')[0]).toEqual({
      destination: 'dest',
      reason: expect.any(String),
      count: expect.any(Number),
      at,
    });
  });

  it('tells everybody who listens, with an id for each event', async () => {
    const listeners = await Promise.all([Told.listen(), Told.listen(ADMIN.token)]);
    await bed.send(['odd']);
    await eventually(() => {
      for (const told of listeners) expect(told.of('rejected')).toHaveLength(1);
    });
    const [one, two] = listeners.map(({ events }) => events.map(({ id }) => id));
    expect(one).toEqual(two);
    expect(new Set(one).size).toBe(one?.length);
    expect(one?.[0]).toMatch(/^[\da-f]{8}-\d+$/);
  });
});

describe('GET /events', () => {
  it('is a stream that tells when to come back', async () => {
    const client = await RawClient.send(Number(new URL(bed.base).port), {
      path: '/admin/v1/events',
      headers: [`Authorization: Bearer ${VIEWER.token}`],
    });
    await eventually(() => expect(client.content).toContain('retry: 3000\n\n'));
    expect(client.head).toContain('Content-Type: text/event-stream');
    expect(client.head).toContain('Cache-Control: no-cache');
  });

  it('answers HEAD with the head alone', async () => {
    const answer = await callAdmin(bed.base, 'HEAD /events');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
  });

  it('needs a token', async () => {
    expect((await callAdmin(bed.base, 'GET /events', { token: 'another' })).status).toBe(401);
  });

  it('refuses the hundred and first listener, until one has gone', async () => {
    const port = Number(new URL(bed.base).port);
    const open = () =>
      RawClient.send(port, {
        path: '/admin/v1/events',
        headers: [`Authorization: Bearer ${VIEWER.token}`],
      });
    const clients = await Promise.all(Array.from({ length: 100 }, open));
    await eventually(() => {
      for (const client of clients) expect(client.head).toContain(' 200 ');
    });
    const refused = await callAdmin(bed.base, 'GET /events');
    expect(refused).toMatchObject({ status: 429, body: { type: 'too_many_streams' } });
    clients[0]?.reset();
    await eventually(async () => {
      const client = await open();
      await eventually(() => expect(client.head).not.toBe(''));
      expect(client.head).toContain(' 200 ');
    });
  });
});
