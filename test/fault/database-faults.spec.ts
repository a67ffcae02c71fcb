import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deletion, identify } from '../support/builders.js';
import { expectAgreement } from '../support/agreement.js';
import { Churn } from '../support/churn.js';
import { eventually } from '../support/eventually.js';
import { Gate } from '../support/gate.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { randomOf } from '../support/random.js';
import { Rows } from '../support/rows.js';
import { startTestService, type TestService } from '../support/service.js';
import { PATIENCE, sendTo } from '../support/test-bed.js';
import { Witness } from '../support/witness.js';

/** As Notifications says it; the feed's channel comes first. */
const LISTEN = 'listen "audience_sync_feed"';
/** Of a flush, where a trigger fails it. */
const SHARE = 0.4;

let database: TestDatabase;
let gate: Gate;
let rows: Rows;
/** Through the gate, and straight. */
let behind: TestService;
let beside: TestService;
let witness: Witness;
let churn: Churn;

beforeEach(async () => {
  database = await createTestDatabase();
  gate = await Gate.before(database.url);
  rows = await new Rows(database.url).connect();
  behind = await startTestService(gate.url);
  beside = await startTestService(database.url);
  witness = await Witness.start(gate.url);
  churn = new Churn(() => [behind.base, beside.base], randomOf(7));
  churn.start();
  await more(10);
});
afterEach(async () => {
  await churn.stop();
  await Promise.all([behind.stop(), beside.stop(), witness.stop()]);
  await rows.end();
  await gate.shut();
  await database.drop();
});

/** So many batches more are answered 200. */
async function more(batches: number): Promise<void> {
  const wanted = churn.answered + batches;
  await vi.waitUntil(() => churn.answered >= wanted, PATIENCE);
}

/** The replica behind the gate stores an event again. */
async function behindStores(): Promise<void> {
  await vi.waitUntil(
    async () => (await sendTo(behind.base, identify({ key: 'probe' }))).status === 200,
    PATIENCE,
  );
}

/** Raises this SQLSTATE in some of the statements that write memberships. @returns what ends that. */
async function failWith(sqlState: string): Promise<() => Promise<unknown>> {
  await rows.query(
    `create function fail() returns trigger language plpgsql as $$
     begin
       if random() < ${SHARE} then raise exception 'as told' using errcode = '${sqlState}'; end if;
       return null;
     end $$`,
  );
  await rows.query(
    'create trigger fail after insert or update on membership for each statement execute function fail()',
  );
  return () => rows.query('drop function fail cascade');
}

/** Faults between the service and PostgreSQL, while members enter and leave. Each ends by itself, or is ended. */
const FAULTS: Readonly<Record<string, () => Promise<void>>> = {
  'connections that are reset, again and again': async () => {
    for (let round = 0; round < 8; round += 1) {
      gate.reset();
      await more(2);
    }
    await behindStores();
  },
  'a black hole on every connection that there is': async () => {
    gate.freeze();
    await behindStores();
  },
  'a black hole everywhere, for a while': async () => {
    const refused = churn.refused;
    gate.stall();
    await vi.waitUntil(() => churn.refused > refused, PATIENCE);
    gate.resume();
    await behindStores();
  },
  'a LISTEN connection that has gone silent': async () => {
    // The service's and the witness's: the poll carries both meanwhile.
    gate.freeze(LISTEN);
    expect(gate.count(LISTEN)).toBe(0);
    await more(20);
    await witness.expectWhole(rows);
    await eventually(() => expect(gate.count(LISTEN)).toBe(2));
  },
  'connections on which the server said its last word': async () => {
    gate.halfClose();
    await behindStores();
  },
  'a server that refuses connections for a while': async () => {
    await gate.shut();
    await more(5);
    await gate.open();
    await behindStores();
  },
  'a way of 50 ms': async () => {
    gate.delay(50);
    await more(20);
    gate.delay(0);
  },
  'a pool whose connections all wait for a lock': async () => {
    const refused = churn.refused;
    const locker = await new Rows(database.url).connect();
    await locker.query('begin');
    await locker.query('lock table audience in access exclusive mode');
    await vi.waitUntil(() => churn.refused > refused, PATIENCE);
    await locker.query('rollback');
    await locker.end();
    await behindStores();
  },
  'a disk that is full (53100)': async () => {
    const end = await failWith('53100');
    const refused = churn.refused;
    await vi.waitUntil(() => churn.refused > refused + 3, PATIENCE);
    await end();
  },
  'deadlocks (40P01)': async () => {
    const end = await failWith('40P01');
    await more(20);
    await end();
  },
  'a clock that is set back by two hours': async () => {
    vi.useFakeTimers({ now: Date.now() - 7_200_000, toFake: ['Date'] });
    await more(20);
    vi.useRealTimers();
    await more(5);
  },
};

describe('While members enter and leave at two replicas, nothing is lost by', () => {
  it.each(Object.entries(FAULTS))(
    '%s',
    async (_name, strike) => {
      const before = churn.answered;
      await strike();
      await more(10);
      await churn.stop();
      expect(churn.answered).toBeGreaterThan(before);
      await expectAgreement({ churn, rows, replicas: [behind.base, beside.base] });
      await witness.expectWhole(rows);
    },
    60_000,
  );

  it('a writer that is cut off while it holds the numbering lock: the others wait for seconds, not for ever', async () => {
    await churn.stop();
    const erased = 'cut off';
    await sendTo(beside.base, identify({ key: 'probe', userId: erased }));
    gate.freezeAfter('lock_numbering');
    const erasing = sendTo(behind.base, deletion(erased));
    await vi.waitUntil(
      async () =>
        (await sendTo(beside.base, identify({ key: 'probe', userId: 'next' }))).status === 200,
      PATIENCE,
    );
    expect((await erasing).status).toBe(503);
    expect((await sendTo(behind.base, deletion(erased))).status).toBe(200);
    const left = await rows.query('select from membership where member_key = $1', [erased]);
    expect(left).toEqual([]);
  }, 60_000);
});
