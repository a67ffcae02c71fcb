import type { Database } from '../database/database.js';
import { AudienceReplacement, type Switch } from './audience-replacement.js';
import type { FeedChange } from './feed.js';
import type { MembershipIndex } from './membership-index.js';

const RETRY_MS = 1_000;

/** The audiences of this process that are about to have another set of members, or have the old one to clear away. */
export class Replacements {
  private readonly running = new Map<AudienceReplacement, Promise<void>>();
  private isStopped = false;

  constructor(
    private readonly database: Database,
    private readonly feed: {
      /** The audience is its new set now. Must not throw. */
      readonly shown: (audienceId: number) => void;
      /** One that was under way is not any more. Must not throw. */
      readonly ended: () => void;
      /** The last change that the index holds. */
      readonly position: () => number;
      readonly onError: (error: unknown) => void;
    },
  ) {}

  /** The oldest switch that is not done with; undefined when all are. */
  get oldestChange(): number | undefined {
    const [oldest] = this.running.keys();
    return oldest?.told.changeId;
  }

  /** One audience's come one after the other. */
  start(index: MembershipIndex, told: Switch): void {
    const earlier = [...this.running].filter(
      ([
        {
          told: { audienceId },
        },
      ]) => audienceId === told.audienceId,
    );
    const replacement = new AudienceReplacement(
      { database: this.database, index, position: this.feed.position },
      told,
    );
    const done = Promise.all(earlier.map(([, ended]) => ended))
      .then(() => this.repeat(replacement))
      .finally(() => {
        this.running.delete(replacement);
        this.feed.ended();
      });
    this.running.set(replacement, done);
  }

  /** Changes that the index shows already. */
  miss(change: FeedChange): void {
    for (const replacement of this.running.keys()) {
      if (replacement.told.audienceId === change.audienceId) replacement.miss(change);
    }
  }

  /** Gives all of them up, for their index is not used any more. */
  cancel(): void {
    for (const replacement of this.running.keys()) replacement.cancel();
  }

  /** Resolves when none is under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.cancel();
    await Promise.all(this.running.values());
  }

  private async repeat(replacement: AudienceReplacement): Promise<void> {
    while (!this.isStopped && !replacement.isCancelled) {
      try {
        await replacement.run(() => this.feed.shown(replacement.told.audienceId));
        return;
      } catch (error) {
        if (this.isStopped || replacement.isCancelled) return;
        this.feed.onError(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
