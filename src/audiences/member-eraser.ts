import type { EntityManager } from 'typeorm';
import type { Database, PromptQuery } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { isBadData } from '../database/sql-state.js';
import * as sql from './erasure.sql.js';

/** Members in one transaction. */
const MOST_AT_ONCE = 5_000;
/** Each fence makes the flushes under way start again, so they are this far apart, and requests share them. */
const FENCE_INTERVAL_MS = 250;

export interface Erasure {
  readonly memberKey: string;
  /** Microseconds since 1970. What happened later is kept. */
  readonly erasedAt: number;
}

/** Takes people out of everything that is stored: memberships, the history of changes, rejected events. */
export class MemberEraser {
  private readonly waiting: Request[] = [];
  private isErasing = false;
  private lastFence = -Infinity;

  constructor(
    private readonly database: Database,
    /** Told that the history has somebody to forget. */
    private readonly historyWaits: () => void = () => {},
  ) {}

  /**
   * Durable when it resolves: nobody is a member by anything that old, and nothing older brings them
   * back. The history forgets them soon after. Repeating it does no harm.
   */
  async erase(destinations: readonly string[], erasures: readonly Erasure[]): Promise<void> {
    const members = destinations.flatMap((destination) =>
      erasures.map((erasure) => ({ destination, ...erasure })),
    );
    for (let start = 0; start < members.length; start += MOST_AT_ONCE) {
      const part = members.slice(start, start + MOST_AT_ONCE);
      await new Promise<void>((resolve, reject) => {
        this.waiting.push({ members: part, resolve, reject });
        if (!this.isErasing) void this.eraseWaiting();
      });
    }
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

  /** One after the other, and all that wait at a time. Never rejects. */
  private async eraseWaiting(): Promise<void> {
    this.isErasing = true;
    while (this.waiting.length > 0) {
      const rest = this.lastFence + FENCE_INTERVAL_MS - performance.now();
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
      await this.serve(this.next());
    }
    this.isErasing = false;
  }

  private next(): Request[] {
    let count = 0;
    const fits = this.waiting.findIndex(({ members }) => (count += members.length) > MOST_AT_ONCE);
    return this.waiting.splice(0, fits === -1 ? this.waiting.length : Math.max(1, fits));
  }

  /** Resolves after the fence: what comes next need not wait for the rest. */
  private async serve(requests: readonly Request[]): Promise<void> {
    const columns = columnsOf(requests.flatMap(({ members }) => members));
    try {
      await repeatOnConflict(() =>
        this.database.transactPromptly((query) => fence(query, columns)),
      );
      this.lastFence = performance.now();
      void this.removeBehind(columns, requests);
    } catch (error) {
      if (isBadData(error) && requests.length > 1) {
        // One member's key must not cost the others.
        for (const request of requests) await this.serve([request]);
      } else {
        requests.forEach(({ reject }) => reject(error));
      }
    }
  }

  /** Never rejects. */
  private async removeBehind(columns: Columns, requests: readonly Request[]): Promise<void> {
    try {
      await repeatOnConflict(() =>
        this.database.transaction((manager) => remove(manager, columns)),
      );
      requests.forEach(({ resolve }) => resolve());
      this.historyWaits();
    } catch (error) {
      requests.forEach(({ reject }) => reject(error));
    }
  }
}

interface Member extends Erasure {
  readonly destination: string;
}

interface Request {
  readonly members: readonly Member[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

type Columns = readonly [
  destinations: readonly string[],
  keys: readonly string[],
  times: readonly number[],
];

/**
 * After it nothing as old can be stored any more: what was written before is committed, and a flush
 * that began before starts again.
 */
async function fence(query: PromptQuery, columns: Columns): Promise<void> {
  await query({ name: 'lock_erasing', text: sql.LOCK_ERASING });
  await query({ name: 'remember_erasures', text: sql.REMEMBER_ERASURES }, columns);
  await query({ name: 'remember_history', text: sql.REMEMBER_HISTORY }, columns);
  await query({ name: 'lock_numbering', text: sql.LOCK_NUMBERING });
  await query({ name: 'count_erasure', text: sql.COUNT_ERASURE });
}

/** Takes out what was stored before the fence, and tells the replicas in the same transaction. */
async function remove(manager: EntityManager, columns: Columns): Promise<void> {
  const found = await manager.query<FoundRow[]>(sql.DELETE_MEMBERSHIPS, [...columns]);
  for (const [destination, keys] of keysByDestination(columns)) {
    await manager.query(sql.DELETE_REJECTED, [destination, keys]);
  }
  if (found.length === 0) return;
  await lockNumbering(manager);
  // A replica that lags may never see a change that the history forgets, be it an enter or a leave:
  // so it is told what these members are now, whatever they were. The last that is told counts.
  const kept = await manager.query<KeptRow[]>(sql.READ_KEPT, [
    found.map((row) => row.audience_id),
    found.map((row) => row.member_key),
  ]);
  const gone = found.flatMap(({ erased_at: at, ...row }) =>
    at === null ? [] : { ...row, is_member: false, event_at: at },
  );
  const now = [...gone, ...kept];
  await manager.query(sql.RECORD_ERASURES, [
    now.map((row) => row.audience_id),
    now.map((row) => row.member_key),
    now.map((row) => row.is_member),
    now.map((row) => row.event_at),
  ]);
}

async function lockNumbering(manager: EntityManager): Promise<void> {
  await manager.query(sql.LOCK_NUMBERING);
  for (const bound of sql.BOUND_NUMBERING) await manager.query(bound);
}

function columnsOf(members: readonly Member[]): Columns {
  return [
    members.map(({ destination }) => destination),
    members.map(({ memberKey }) => memberKey),
    members.map(({ erasedAt }) => erasedAt),
  ];
}

function keysByDestination([destinations, keys]: Columns): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [index, destination] of destinations.entries()) {
    const known = found.get(destination) ?? [];
    known.push(keys[index] ?? '');
    found.set(destination, known);
  }
  return found;
}

interface FoundRow {
  readonly audience_id: string;
  readonly member_key: string;
  /** Microseconds since 1970; null: its membership is newer. */
  readonly erased_at: string | null;
}

interface KeptRow {
  readonly audience_id: string;
  readonly member_key: string;
  readonly is_member: boolean;
  readonly event_at: string;
}
