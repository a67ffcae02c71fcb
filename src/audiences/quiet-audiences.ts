import type { Database } from '../database/database.js';
import { Loop, type LoopRegistry } from '../loop.js';
import { READ_QUIET } from './quiet.sql.js';

/** Silence is told in days; where a test or an operator tells it in seconds, it is looked for oftener. */
const LONGEST_INTERVAL_MS = 60_000;
const LOOKS = 10;
/** Named in one line of the log. */
const MAX_NAMED = 20;

/** A live audience that got no event for longer than `engage.quiet_after`. */
export interface QuietAudience {
  readonly id: number;
  readonly destination: string;
  readonly slug: string;
  /** Milliseconds since 1970. */
  readonly lastEventAt: number;
}

/**
 * Engage tells nobody when an audience is deleted, disabled or disconnected: its members stay. All
 * that can be seen is that it fell silent.
 */
export class QuietAudiences {
  private audiences: ReadonlyMap<number, QuietAudience> = new Map();
  private readonly loop: Loop;

  constructor(
    private readonly database: Database,
    /** Milliseconds. */
    private readonly quietAfter: number,
    private readonly report: {
      readonly warn: (message: string) => void;
      readonly log: (message: string) => void;
      readonly onError: (error: unknown) => void;
      readonly loops?: LoopRegistry;
    },
  ) {
    this.loop = new Loop({
      name: 'quiet-audiences',
      interval: Math.min(LONGEST_INTERVAL_MS, quietAfter / LOOKS),
      run: () => this.look(),
      onError: report.onError,
      ...(report.loops && { registry: report.loops }),
    });
  }

  /** Those that are quiet, longest first, when it was last looked. */
  get all(): readonly QuietAudience[] {
    return [...this.audiences.values()];
  }

  isQuiet(audienceId: number): boolean {
    return this.audiences.has(audienceId);
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async look(): Promise<void> {
    const rows = await this.database.query<QuietRow>(READ_QUIET, [this.quietAfter]);
    const before = this.audiences;
    this.audiences = new Map(
      rows.map(({ id, destination, slug, last_event_at: lastEventAt }) => [
        Number(id),
        { id: Number(id), destination, slug, lastEventAt },
      ]),
    );
    const fell = this.all.filter(({ id }) => !before.has(id));
    if (fell.length > 0) {
      this.report.warn(
        `No event for longer than engage.quiet_after: ${named(fell)}. Their members stay. If an ` +
          'audience was deleted or disconnected in Segment, archive or delete it here as well.',
      );
    }
    const back = [...before.values()].filter(({ id }) => !this.audiences.has(id));
    if (back.length > 0) this.report.log(`No longer quiet: ${named(back)}.`);
  }
}

interface QuietRow {
  readonly id: string;
  readonly destination: string;
  readonly slug: string;
  readonly last_event_at: number;
}

function named(audiences: readonly QuietAudience[]): string {
  const names = audiences
    .slice(0, MAX_NAMED)
    .map(({ destination, slug }) => `'${slug}' of '${destination}'`);
  const surplus = audiences.length - names.length;
  return surplus > 0 ? `${names.join(', ')} and ${surplus} more` : names.join(', ');
}
