import type { Database } from '../database/database.js';
import * as sql from './feed.sql.js';
import type { Feed, FeedChange } from './feed.js';

/** The members of one audience in clear, kept as the feed has them. */
export interface MemberList {
  readonly members: ReadonlySet<string>;
  /** Raised with every change. */
  readonly version: number;
}

/**
 * Clear keys of the audiences that are delivered as lists. The membership index need not keep keys,
 * and most audiences are never listed, so only these cost their keys' memory.
 */
export class MemberLists {
  private readonly lists = new Map<number, ListState>();
  private readonly needed = new Map<object, ReadonlySet<number>>();
  private readonly listeners: Array<(audienceId: number) => void> = [];

  constructor(
    private readonly database: Database,
    feed: Feed,
  ) {
    feed.listen({
      changed: (changes) => this.apply(changes),
      loaded: () => this.lists.clear(),
      replaced: (audienceId) => this.readAnew(audienceId),
    });
  }

  onChange(listener: (audienceId: number) => void): void {
    this.listeners.push(listener);
  }

  /** The list, read from the database the first time it is asked for. */
  async get(audienceId: number): Promise<MemberList> {
    let list = this.lists.get(audienceId);
    if (list === undefined) {
      list = this.startReading(audienceId, 0);
    }
    try {
      await list.reading;
    } catch (error) {
      this.lists.delete(audienceId);
      throw error;
    }
    return list;
  }

  /** These are the lists that `user` needs from now on; one that nobody needs gives its memory back. */
  retain(user: object, audienceIds: ReadonlySet<number>): void {
    this.needed.set(user, audienceIds);
    for (const audienceId of this.lists.keys()) {
      const isNeeded = [...this.needed.values()].some((needed) => needed.has(audienceId));
      if (!isNeeded) this.lists.delete(audienceId);
    }
  }

  /** What was asked for before is given as it was; whoever listens asks again. */
  private readAnew(audienceId: number): void {
    const before = this.lists.get(audienceId);
    if (before === undefined) return;
    const list = this.startReading(audienceId, before.version + 1);
    list.reading?.then(
      () => this.listeners.forEach((listener) => listener(audienceId)),
      () => this.lists.delete(audienceId),
    );
  }

  private startReading(audienceId: number, version: number): ListState {
    const list: ListState = {
      members: new Set(),
      version,
      position: Infinity,
      missed: [],
      reading: undefined,
    };
    this.lists.set(audienceId, list);
    list.reading = this.read(audienceId, list);
    return list;
  }

  private async read(audienceId: number, list: ListState): Promise<void> {
    const [position, rows] = await this.database.transaction(async (manager) => {
      const [row] = await manager.query<{ position: string }[]>(sql.READ_POSITION);
      const members = await manager.query<{ member_key: string }[]>(sql.READ_AUDIENCE_MEMBERS, [
        audienceId,
      ]);
      return [Number(row?.position ?? 0), members] as const;
    }, 'REPEATABLE READ');
    for (const row of rows) {
      list.members.add(row.member_key);
    }
    list.position = position;
    for (const change of list.missed) {
      applyTo(list, change);
    }
    list.missed = [];
    list.reading = undefined;
  }

  private apply(changes: readonly FeedChange[]): void {
    for (const change of changes) {
      const list = this.lists.get(change.audienceId);
      if (list === undefined) {
        continue;
      }
      if (list.reading !== undefined) {
        list.missed.push(change);
        continue;
      }
      if (applyTo(list, change)) {
        this.listeners.forEach((listener) => listener(change.audienceId));
      }
    }
  }
}

interface ListState {
  readonly members: Set<string>;
  version: number;
  /** The change up to which the members were read; older changes are in them already. */
  position: number;
  /** What the feed told while the members were being read. */
  missed: FeedChange[];
  reading: Promise<void> | undefined;
}

/** @returns whether the list changed. An older change than what was read would turn it back. */
function applyTo(list: ListState, change: FeedChange): boolean {
  if (change.id <= list.position) {
    return false;
  }
  const before = list.version;
  for (const [position, memberKey] of change.memberKeys.entries()) {
    const isMember = change.isMembers[position] === true;
    const had = list.members.has(memberKey);
    if (isMember && !had) {
      list.members.add(memberKey);
      list.version += 1;
    } else if (!isMember && had) {
      list.members.delete(memberKey);
      list.version += 1;
    }
  }
  return list.version !== before;
}
