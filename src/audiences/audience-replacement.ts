import type { Database } from '../database/database.js';
import type { FeedChange } from './feed.js';
import { READ_POSITION } from './feed.sql.js';
import { READ_OLD_SET } from './import.sql.js';
import type { AudienceLanes, MembershipIndex } from './membership-index.js';
import type { TakeMember } from './copied-members.js';
import { loadSet } from './membership-load.js';

/** After so long applying changes, others get their turn. */
const SLICE_MS = 8;
const POLL_MS = 20;

/** The change that told of the new set. */
export interface Switch {
  readonly changeId: number;
  readonly audienceId: number;
  readonly newSet: number;
}

/**
 * Puts a new set of members in the place of an audience's in this process. Until the new ones are
 * all here, the audience is what it was, with every change that came since; then it is the new set
 * in one step. What the old one leaves behind in the index is taken out afterwards.
 */
export class AudienceReplacement {
  /** What the feed told of this audience since the switch. */
  private readonly missed: FeedChange[] = [];
  private readonly abort = new AbortController();
  /** What the new set is read into. Kept where that was cut off: half of it is in the index already. */
  private lanes: AudienceLanes | undefined;
  private isShown = false;
  /** What is to be taken out of the index. */
  private left: AudienceLanes | undefined;

  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly index: MembershipIndex;
      /** The last change that `index` holds. */
      readonly position: () => number;
    },
    readonly told: Switch,
  ) {}

  /** A change of the audience, which the index shows already. */
  miss(change: FeedChange): void {
    this.missed.push(change);
  }

  /** run() rejects soon. */
  cancel(): void {
    this.abort.abort();
  }

  get isCancelled(): boolean {
    return this.abort.signal.aborted;
  }

  /**
   * `shown` is called once the audience is the new set; resolves when the old one has left the index.
   * Rejects when PostgreSQL can't be read; may be called again then.
   */
  async run(shown: () => void): Promise<void> {
    if (!this.isShown) await this.replace(shown);
    await this.tidy();
  }

  private async replace(shown: () => void): Promise<void> {
    const { audienceId, newSet } = this.told;
    const { index } = this.parts;
    const lanes = (this.lanes ??= index.newLanes());
    await this.load(lanes, newSet, true);
    // Again in their order: where the set was read later than some of them, they end where it was; and
    // whoever left after an attempt that was cut off is taken out.
    const caughtUp = await this.applyMissed((key, isMember) => index.setIn(lanes, key, isMember));
    // What came in the last turn, and the step itself: nobody else has a turn between them.
    for (const change of this.missed.slice(caughtUp)) {
      eachMember(change, (key, isMember) => index.setIn(lanes, key, isMember));
    }
    this.left = index.show(audienceId, lanes);
    this.isShown = true;
    shown();
  }

  private async tidy(): Promise<void> {
    const { database } = this.parts;
    const [row] = await database.query<{ old_set: string }>(READ_OLD_SET, [this.told.newSet]);
    if (this.left !== undefined && row !== undefined) {
      await this.empty(this.left, Number(row.old_set));
    }
  }

  private async empty(lanes: AudienceLanes, memberSet: number): Promise<void> {
    await this.load(lanes, memberSet, false);
    await this.heardOfErased();
    await this.applyMissed((memberKey) => this.parts.index.setIn(lanes, memberKey, false));
  }

  /** Whoever was erased was not in what was just read; but the feed tells of them. */
  private async heardOfErased(): Promise<void> {
    const { database, position } = this.parts;
    const [row] = await database.query<{ position: string }>(READ_POSITION);
    while (position() < Number(row?.position)) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      this.abort.signal.throwIfAborted();
    }
  }

  private load(lanes: AudienceLanes, memberSet: number, isMember: boolean): Promise<void> {
    const take: TakeMember = (_audienceId, text, start, end) =>
      this.parts.index.setUtf8In(lanes, isMember, { text, start, end });
    return loadSet(this.parts.database, { memberSet, take }, this.abort.signal);
  }

  /** In slices. @returns how many changes there were at its end. */
  private async applyMissed(
    visit: (memberKey: string, isMember: boolean) => void,
  ): Promise<number> {
    let sliceEnd = performance.now() + SLICE_MS;
    let count = 0;
    for (const change of this.missed) {
      eachMember(change, visit);
      count += 1;
      if (performance.now() > sliceEnd) {
        await new Promise(setImmediate);
        this.abort.signal.throwIfAborted();
        sliceEnd = performance.now() + SLICE_MS;
      }
    }
    return count;
  }
}

function eachMember(
  { memberKeys, isMembers }: FeedChange,
  visit: (memberKey: string, isMember: boolean) => void,
): void {
  for (const [position, memberKey] of memberKeys.entries()) {
    visit(memberKey, isMembers[position] === true);
  }
}
