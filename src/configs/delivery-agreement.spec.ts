import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audience, byId, segment } from '../../test/support/definitions.js';
import { quietFeed } from '../../test/support/feed.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import { MemberLists, type MemberList } from '../audiences/member-lists.js';
import type { Database } from '../database/database.js';
import { compose, type Composition } from './composition.js';
import { ListDelivery } from './list-delivery.js';
import { StoredDeliveries } from './stored-deliveries.js';

const AUDIENCES = [1, 2, 3];
const LIMITS = { inlineLimit: 10, inlineTotal: 20 };
const SETTINGS = { ...LIMITS, delivery: 'auto', membershipAttribute: 'audiences' } as const;
const REPLICAS = 3;
/** Reads and builds after the last change, until nothing changes any more. */
const ROUNDS = 4;

/** How many members each audience had after each change of the feed. */
class History {
  readonly #sizes: Array<ReadonlyMap<number, number>> = [new Map()];

  get end(): number {
    return this.#sizes.length - 1;
  }

  change(audienceId: number, members: number): void {
    this.#sizes.push(new Map(this.#sizes.at(-1)).set(audienceId, members));
  }

  count(audienceId: number, position: number): number {
    return this.#sizes[position]?.get(audienceId) ?? 0;
  }
}

/** Lists as PostgreSQL has them: of now, however far an index is. */
class ListsOfNow extends MemberLists {
  constructor(
    database: Database,
    private readonly history: History,
  ) {
    super(database, quietFeed(database));
  }

  override get(audienceId: number): Promise<MemberList> {
    const size = this.history.count(audienceId, this.history.end);
    const members = new Set(Array.from({ length: size }, (_, n) => `user_${n}`));
    return Promise.resolve({ members, version: 0 });
  }
}

/** One that reads the feed and the choices when it is told to. */
class Replica {
  position = 0;
  readonly #history: History;
  readonly #deliveries: StoredDeliveries;
  readonly #delivery: ListDelivery;

  constructor(database: Database, history: History, sdkId: string) {
    const settings = { sdkIds: [sdkId], ...LIMITS };
    this.#history = history;
    this.#deliveries = new StoredDeliveries(database, settings, () => this.position);
    this.#delivery = new ListDelivery(
      {
        lists: new ListsOfNow(database, history),
        count: (id) => history.count(id, this.position),
      },
      SETTINGS,
      () => {},
      this.#deliveries.of(sdkId),
    );
  }

  read(): Promise<void> {
    return this.#deliveries.read();
  }

  async look(
    composition: Composition,
    { share, reads }: { readonly share: number; readonly reads: boolean },
  ): Promise<void> {
    this.position += Math.ceil((this.#history.end - this.position) * share);
    if (reads) await this.read();
    await this.build(composition);
  }

  /** What it serves then. */
  async build(composition: Composition): Promise<string> {
    const segments = await this.#delivery.complete(composition);
    if (this.#delivery.failure !== undefined) throw this.#delivery.failure;
    return JSON.stringify(segments);
  }
}

/** Sizes on all sides of the limit and of 80 % of it; of the total, too. */
const change = fc.record({
  kind: fc.constant('change' as const),
  audienceId: fc.constantFrom(...AUDIENCES),
  members: fc.constantFrom(5, 8, 9, 10, 11),
});
/** A replica reads some of the feed and perhaps the choices, and builds. */
const look = fc.record({
  kind: fc.constant('look' as const),
  number: fc.nat({ max: REPLICAS - 1 }),
  share: fc.constantFrom(0, 0.5, 1),
  reads: fc.boolean(),
});

describe('replicas that see the sizes of audiences at different times', () => {
  let testDb: TestDatabase;
  let database: Database;
  let composition: Composition;
  let runs = 0;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    await database.query(`select setval('membership_change_number', 1000000)`);
    const rows = await database.query<{ id: string }>(
      `insert into segment (product, name, definition, created_by, updated_by)
       select 'default', 'Key ' || n, '{}', 'test', 'test' from unnest($1::int[]) as n
       returning id`,
      [AUDIENCES],
    );
    composition = compose({
      base: undefined,
      segments: AUDIENCES.map((id, n) => segment(id, { id: rows[n]?.id ?? '' })),
      audiences: byId(...AUDIENCES.map((id) => audience(id))),
      audienceFlags: true,
      salt: 'salt',
      publicUrl: undefined,
    });
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  it('serve one config once they settled, and so does one that starts then', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(change, look), { maxLength: 30 }), async (steps) => {
        const history = new History();
        const sdkId = `run ${(runs += 1)}`;
        const start = async (): Promise<Replica> => {
          const started = new Replica(database, history, sdkId);
          await started.read();
          return started;
        };
        const replicas = await Promise.all(Array.from({ length: REPLICAS }, start));
        for (const step of steps) {
          if (step.kind === 'change') history.change(step.audienceId, step.members);
          else await replicas[step.number]?.look(composition, step);
        }
        replicas.push(await start());
        for (const each of replicas) each.position = history.end;
        const served: string[][] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          served.push(await Promise.all(replicas.map((each) => each.build(composition))));
          await Promise.all(replicas.map((each) => each.read()));
        }
        expect(new Set(served.at(-1)).size).toBe(1);
        expect(served.at(-1)).toEqual(served.at(-2));
        const late = await start();
        late.position = history.end;
        expect(await late.build(composition)).toBe(served.at(-1)?.[0]);
      }),
      { numRuns: 60 },
    );
  });
});
