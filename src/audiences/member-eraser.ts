import type { EntityManager } from 'typeorm';
import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import * as sql from './erasure.sql.js';
import { READ_POSITION } from './feed.sql.js';

export interface Erasure {
  readonly memberKey: string;
  /** Microseconds since 1970. What happened later is kept. */
  readonly erasedAt: number;
}

/** Takes people out of everything that is stored: memberships, the history of changes, rejected events. */
export class MemberEraser {
  constructor(private readonly database: Database) {}

  /** Durable when it resolves. Nothing older can bring the members back; repeating it does no harm. */
  async erase(destinations: readonly string[], erasures: readonly Erasure[]): Promise<void> {
    if (erasures.length === 0) {
      return;
    }
    const keys = erasures.map(({ memberKey }) => memberKey);
    const times = erasures.map(({ erasedAt }) => erasedAt);
    await repeatOnConflict(() =>
      this.database.transaction((manager) => eraseIn(manager, [destinations, keys, times])),
    );
  }

  /** Those of which anything is stored, also such as the options do not name any more. */
  async destinations(): Promise<readonly string[]> {
    const rows = await this.database.query<{ destination: string }>(sql.READ_DESTINATIONS);
    return rows.map(({ destination }) => destination);
  }

  /** The last trace in clear, the rows that told the replicas, once all of them have read them. */
  async forgetPassed(): Promise<void> {
    await this.database.query(sql.DELETE_PASSED_ERASURES);
  }
}

type Deletion = readonly [
  destinations: readonly string[],
  keys: readonly string[],
  times: readonly number[],
];

async function eraseIn(manager: EntityManager, deletion: Deletion): Promise<void> {
  const query = <Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
    manager.query<Row[]>(text, [...parameters]);
  const [destinations, keys] = deletion;
  await query(sql.LOCK_ERASING);
  await query(sql.REMEMBER_ERASURES, deletion);
  await query(sql.DELETE_REJECTED, [destinations, keys]);
  // The long history before the numbering lock, which every flush waits for.
  const [read] = await query<{ position: string }>(READ_POSITION);
  await query(sql.SCRUB_CHANGES, [...deletion, 0]);
  const before = await query<MembershipRow>(sql.DELETE_MEMBERSHIPS, deletion);
  await query(sql.COUNT_ERASURE);
  await query(sql.LOCK_NUMBERING);
  for (const bound of sql.BOUND_NUMBERING) await query(bound);
  // A flush that was about to commit may have written a member between the first deletion and
  // the lock; whatever comes after the lock sees the count above and starts again.
  const meanwhile = await query<MembershipRow>(sql.DELETE_MEMBERSHIPS, deletion);
  await query(sql.SCRUB_CHANGES, [...deletion, read?.position ?? 0]);
  // A replica that lags may never see the change that was just scrubbed, be it an enter or a leave:
  // so it is told what these members are now, whatever they were.
  const kept = await query<MembershipRow>(sql.READ_KEPT, [destinations, keys]);
  const now = [...before, ...meanwhile, ...kept];
  await query(sql.RECORD_ERASURES, [
    now.map((row) => row.audience_id),
    now.map((row) => row.member_key),
    now.map((row) => row.is_member),
    now.map((row) => row.event_at),
  ]);
}

interface MembershipRow {
  readonly audience_id: string;
  readonly member_key: string;
  readonly is_member: boolean;
  readonly event_at: string;
}
