import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ImportHousekeeping } from '../../src/audiences/import-housekeeping.js';
import { MemberEraser } from '../../src/audiences/member-eraser.js';
import { MemberImport } from '../../src/audiences/member-import.js';
import { MembershipStore } from '../../src/audiences/membership-store.js';
import type { Database } from '../../src/database/database.js';
import { insertAudience, readMembers } from '../support/audiences.js';
import { eventually } from '../support/eventually.js';
import { quietFeed, startFeed } from '../support/feed.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { testDatabase } from '../support/template.js';

const MEMBERS = 6;
const OLD = 1_700_000_000_000_000;
/** Events of the future, so that no import is newer: microseconds. */
const AHEAD = 600_000_000;

const member = fc.nat(MEMBERS - 1).map((n) => `user_${n}`);
/** Before every import, or after each. */
const event = fc.record({
  kind: fc.constant('event'),
  member,
  isMember: fc.boolean(),
  isAhead: fc.boolean(),
});
const erasure = fc.record({ kind: fc.constant('erasure'), member });
const aside = fc.oneof({ weight: 4, arbitrary: event }, { weight: 1, arbitrary: erasure });
const upload = fc.record({
  kind: fc.constant('upload'),
  mode: fc.constantFrom('add', 'replace'),
  listed: fc.array(member, { maxLength: 8 }),
  /** What happens while half of the lines were sent. */
  meanwhile: fc.array(aside, { maxLength: 4 }),
});
const steps = fc.array(fc.oneof(aside, upload), { minLength: 1, maxLength: 8 });

type Aside = typeof aside extends fc.Arbitrary<infer T> ? T : never;
type Upload = typeof upload extends fc.Arbitrary<infer T> ? T : never;

/** The newest that was said of each member wins; an import says it of all, or of those it lists. */
class Model {
  readonly #newest = new Map<string, { readonly at: number; readonly isMember: boolean }>();

  say(memberKey: string, isMember: boolean, at: number): void {
    const known = this.#newest.get(memberKey);
    if (known === undefined || at > known.at) this.#newest.set(memberKey, { at, isMember });
  }

  import({ mode, listed }: Upload, at: number): void {
    for (let n = 0; n < MEMBERS; n += 1) {
      const memberKey = `user_${n}`;
      const isListed = listed.includes(memberKey);
      if (isListed || mode === 'replace') this.say(memberKey, isListed, at);
    }
  }

  get members(): string[] {
    return [...this.#newest].flatMap(([key, { isMember }]) => (isMember ? key : [])).toSorted();
  }
}

let testDb: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDb = await createTestDatabase();
  database = testDatabase(testDb.url);
  await database.connect();
});
afterAll(async () => {
  await database.close();
  await testDb.drop();
});

it('Whatever events, imports and erasures come, also during an import, the newest wins in the table and on every replica', async () => {
  const feed = quietFeed(database);
  onTestFinished(() => feed.stop());
  await startFeed(feed);
  const store = new MembershipStore(database);
  const eraser = new MemberEraser(database);
  const housekeeping = new ImportHousekeeping(database);
  let round = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      // Erasures are of a destination.
      const destination = `dest_${(round += 1)}`;
      const audienceId = await insertAudience(database, { destination });
      const model = new Model();
      let clock = 0;

      const doAside = async (step: Aside): Promise<void> => {
        if (step.kind === 'erasure') {
          const erasedAt = await now();
          await eraser.erase([destination], [{ memberKey: step.member, erasedAt }]);
          model.say(step.member, false, erasedAt);
          return;
        }
        clock += 1;
        const eventAt = step.isAhead ? (await now()) + AHEAD + clock : OLD + clock;
        const { member: memberKey, isMember } = step;
        await store.write([{ audienceId, memberKey, isMember, eventAt }]);
        model.say(memberKey, isMember, eventAt);
      };
      const doUpload = async (step: Upload): Promise<void> => {
        const lines = step.listed.map((key) => `${JSON.stringify(key)}\n`);
        const middle = lines.length / 2;
        const body = new Readable({ read() {} });
        const running = new MemberImport(database, store).run(
          { audienceId, mode: step.mode, format: 'ndjson', strict: true },
          body,
        );
        body.push(lines.slice(0, middle).join('') || '\n');
        // It has begun when it reads.
        while (body.readableLength > 0) await new Promise(setImmediate);
        model.import(step, await startOf(audienceId));
        for (const other of step.meanwhile) await doAside(other);
        body.push(lines.slice(middle).join('') || '\n');
        body.push(null);
        await running;
      };
      for (const step of all) {
        if (step.kind === 'upload') await doUpload(step);
        else await doAside(step);
      }

      expect([...(await readMembers(database, audienceId))].toSorted()).toEqual(model.members);
      await eventually(() => {
        const shown = Array.from({ length: MEMBERS }, (_, n) => `user_${n}`);
        expect(shown.filter((key) => feed.index?.has(audienceId, key))).toEqual(model.members);
        expect(feed.index?.count(audienceId)).toBe(model.members.length);
      });
      await housekeeping.tidy();
    }),
    { numRuns: 40 },
  );
  await eventually(() => expect(feed.index?.held).toBe(feed.index?.size));

  /** Microseconds by PostgreSQL's clock, and nobody else's before. */
  async function now(): Promise<number> {
    const [row] = await database.query<{ now: string }>(
      'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
    );
    return Number(row?.now);
  }

  /** When the audience's newest import began. */
  async function startOf(audienceId: number): Promise<number> {
    const [row] = await database.query<{ at: string }>(
      `select (extract(epoch from max(started_at)) * 1000000)::bigint as at
       from member_import where audience_id = $1`,
      [audienceId],
    );
    return Number(row?.at);
  }
}, 120_000);
