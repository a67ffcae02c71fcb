import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.js';
import type { Notifications } from '../database/notifications.js';
import { Loop, type LoopRegistry } from '../loop.js';
import * as sql from './feed.sql.js';
import type { MembershipIndex } from './membership-index.js';
import { loadMemberships } from './membership-load.js';
import { FEED_CHANNEL } from './membership.sql.js';
import { Replacements } from './replacements.js';

/** The net under lost notifications. */
const POLL_INTERVAL_MS = 100;
const REPORT_INTERVAL_MS = 5_000;
/** Rows in one read, each of up to one flush: they are parsed in one go. More where they are small. */
const FEWEST_ROWS = 25;
const MOST_ROWS = 400;
const FEW_MEMBERS = 5_000;
/** After so long applying them, others get their turn. */
const SLICE_MS = 8;
/**
 * After so long without a read (a suspended machine) rows that told of erased members may be gone:
 * they wait an hour for a replica that is not seen. Everything is loaded anew then.
 */
const LONGEST_SLEEP_MS = 45 * 60_000;
/** Whether the history is still the one that was loaded is asked no oftener. */
const HISTORY_INTERVAL_MS = 1_000;

/** Members of one audience that entered or left, in the order of the feed. */
export interface FeedChange {
  readonly id: number;
  readonly audienceId: number;
  readonly memberKeys: readonly string[];
  readonly isMembers: readonly boolean[];
  /** From here on the audience has this set of members; nobody is named. */
  readonly newSet?: number;
}

/** How far this process's memberships are. Times are milliseconds since 1970; undefined: never yet. */
export interface FeedState {
  /** The last change that the index holds. */
  readonly position: number;
  /** When the feed was read last, with whatever result. */
  readonly lastReadAt: number | undefined;
  /** Of the newest change: when it was written, and how many seconds later it was read. */
  readonly lastChangeAt: number | undefined;
  readonly lag: number | undefined;
}

export interface FeedListener {
  /** Changes that the index now shows. Must not throw. */
  changed(changes: readonly FeedChange[]): void;
  /** All memberships were (re)loaded. Must not throw. */
  loaded(): void;
  /** An audience has other members from now on, any number of them. Must not throw. */
  replaced(audienceId: number): void;
}

/** Keeps this process's memberships as the database has them: a first load, then the tail of the feed. */
export class Feed {
  private readonly id = randomUUID();
  private readonly listeners: FeedListener[] = [];
  private readonly tail: Loop;
  private readonly report: Loop;
  private readonly replacements: Replacements;
  private loadedIndex: MembershipIndex | undefined;
  private lastId = 0;
  private readLimit = FEWEST_ROWS;
  private lastReadAt = 0;
  private history = '';
  private historyAskedAt = 0;
  private newest: { readonly at: number; readonly lag: number } | undefined;

  constructor(
    private readonly database: Database,
    notifications: Notifications,
    onError: (error: unknown) => void,
    /** Milliseconds since 1970: a clock that goes on while the machine sleeps. */
    private readonly now: () => number = () => Date.now(),
    loops?: LoopRegistry,
  ) {
    const shown = loops && { registry: loops };
    this.tail = new Loop({
      name: 'feed',
      interval: POLL_INTERVAL_MS,
      run: (signal) => this.advance(signal),
      onError,
      ...shown,
    });
    this.report = new Loop({
      name: 'feed-report',
      interval: REPORT_INTERVAL_MS,
      run: () => this.showReplica(),
      onError,
      ...shown,
    });
    this.replacements = new Replacements(database, {
      shown: (audienceId) => this.listeners.forEach((listener) => listener.replaced(audienceId)),
      ended: () => this.report.wake(),
      position: () => this.lastId,
      onError,
    });
    notifications.on(FEED_CHANNEL, () => this.tail.wake());
  }

  /** The memberships; undefined until they were loaded once. */
  get index(): MembershipIndex | undefined {
    return this.loadedIndex;
  }

  /** The last change that `index` holds. */
  get position(): number {
    return this.lastId;
  }

  get state(): FeedState {
    return {
      position: this.lastId,
      lastReadAt: this.lastReadAt === 0 ? undefined : this.lastReadAt,
      lastChangeAt: this.newest?.at,
      lag: this.newest?.lag,
    };
  }

  /** Before start(). */
  listen(listener: FeedListener): void {
    this.listeners.push(listener);
  }

  start(): void {
    this.tail.start();
    this.report.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.tail.stop(), this.report.stop()]);
    await this.replacements.stop();
    if (this.database.isConnected) {
      await this.database
        .queryPromptly({ name: 'forget_replica', text: sql.FORGET_REPLICA }, [this.id])
        .catch(() => {});
    }
  }

  private async advance(signal: AbortSignal): Promise<void> {
    const index = await this.currentIndex(signal);
    while (!signal.aborted) {
      const changes = await this.read();
      await this.apply(index, changes);
      if (changes.length < this.readLimit) {
        this.readLimit = FEWEST_ROWS;
        return;
      }
      const members = changes.reduce((sum, { memberKeys }) => sum + memberKeys.length, 0);
      this.readLimit =
        members > FEW_MEMBERS ? FEWEST_ROWS : Math.min(MOST_ROWS, this.readLimit * 2);
    }
  }

  /** In slices: after each, the index, the position and what the listeners know are of one change. */
  private async apply(index: MembershipIndex, changes: readonly FeedChange[]): Promise<void> {
    let slice: FeedChange[] = [];
    let sliceEnd = performance.now() + SLICE_MS;
    const show = (): void => {
      if (slice.length > 0) this.listeners.forEach((listener) => listener.changed(slice));
      slice = [];
    };
    for (const change of changes) {
      this.applyOne(index, change);
      this.lastId = change.id;
      slice.push(change);
      if (performance.now() > sliceEnd) {
        show();
        await new Promise(setImmediate);
        sliceEnd = performance.now() + SLICE_MS;
      }
    }
    show();
  }

  private applyOne(index: MembershipIndex, change: FeedChange): void {
    const { id: changeId, audienceId, newSet } = change;
    if (newSet !== undefined) {
      this.replacements.start(index, { changeId, audienceId, newSet });
      return;
    }
    for (const [position, memberKey] of change.memberKeys.entries()) {
      index.set(audienceId, memberKey, change.isMembers[position] === true);
    }
    this.replacements.miss(change);
  }

  private async currentIndex(signal: AbortSignal): Promise<MembershipIndex> {
    const { loadedIndex } = this;
    const isCurrent =
      loadedIndex !== undefined &&
      this.now() - this.lastReadAt <= LONGEST_SLEEP_MS &&
      (await this.isSameHistory());
    return isCurrent ? loadedIndex : this.load(signal);
  }

  /** After a restore, a failover or a crash the table may be behind what was read, and numbers come again. */
  private async isSameHistory(): Promise<boolean> {
    const now = this.now();
    if (Math.abs(now - this.historyAskedAt) < HISTORY_INTERVAL_MS) return true;
    const [row] = await this.database.queryPromptly<{ history: string; newest: string }>({
      name: 'read_history',
      text: sql.READ_HISTORY,
    });
    this.historyAskedAt = now;
    return row?.history === this.history && Number(row.newest) >= this.lastId;
  }

  /** While it loads, the index before it goes on serving. */
  private async load(signal: AbortSignal): Promise<MembershipIndex> {
    // Before the snapshot: from here on erasing changes wait for this replica.
    await this.showReplica();
    const { index, position, history } = await loadMemberships(this.database, signal);
    this.replacements.cancel();
    this.history = history;
    this.lastId = position;
    this.lastReadAt = this.now();
    this.loadedIndex = index;
    this.listeners.forEach((listener) => listener.loaded());
    return index;
  }

  private async read(): Promise<FeedChange[]> {
    const rows = await this.database.queryPromptly<ChangeRow>(
      { name: 'read_changes', text: sql.READ_CHANGES },
      [this.lastId, this.readLimit],
    );
    this.lastReadAt = this.now();
    const age = rows.at(-1)?.age;
    if (age !== undefined) this.newest = { at: this.lastReadAt - age * 1_000, lag: age };
    return rows.map(changeOf);
  }

  private async showReplica(): Promise<void> {
    await this.database.queryPromptly({ name: 'show_replica', text: sql.SHOW_REPLICA }, [
      this.id,
      // Whoever clears an old set away waits until no replica needs it any more.
      Math.min(this.lastId, (this.replacements.oldestChange ?? Infinity) - 1),
    ]);
  }
}

interface ChangeRow {
  readonly id: string;
  readonly audience_id: string;
  readonly member_keys: string[];
  readonly is_members: boolean[];
  readonly age: number;
  readonly new_set: string | null;
  readonly is_record: boolean;
}

function changeOf(row: ChangeRow): FeedChange {
  const change = { id: Number(row.id), audienceId: Number(row.audience_id) };
  // What a record tells came with the set that it is about.
  if (row.is_record) return { ...change, memberKeys: [], isMembers: [] };
  const members = { ...change, memberKeys: row.member_keys, isMembers: row.is_members };
  return row.new_set === null ? members : { ...members, newSet: Number(row.new_set) };
}
