import { answerWithin } from '../database/answer-within.js';
import type { KeptConfig } from './kept-config.js';
import type { ConfigPlace, StoredConfigs } from './stored-configs.js';

/** What is lost then comes again from its source: not worth the time in which a supervisor loses its patience. */
const LAST_TRY_MS = 5_000;

/**
 * Stores what a source gives, without keeping anybody waiting: one statement at a time, the newest
 * config only, and again when asked to while PostgreSQL was away.
 */
export class StoredConfigWriter {
  private unwritten: KeptConfig | undefined;
  private writing: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly stored: Pick<StoredConfigs, 'write'>,
    private readonly place: ConfigPlace,
    private readonly onError: (error: unknown) => void,
    /** Milliseconds that a stop waits for at most. */
    private readonly lastTry = LAST_TRY_MS,
  ) {}

  write(kept: KeptConfig): void {
    this.unwritten = kept;
    this.retry();
  }

  /** Tries what could not be written; does nothing where there is none. */
  retry(): void {
    const kept = this.unwritten;
    if (kept === undefined || this.writing !== undefined) {
      return;
    }
    this.writing = this.attempt(kept).finally(() => {
      this.writing = undefined;
      if (this.unwritten !== kept) this.retry();
    });
  }

  /** Tries once more what could not be written; resolves when that has ended, or takes too long. */
  stop(): Promise<void> {
    this.stopping ??= answerWithin(this.finish(), this.lastTry).catch(this.onError);
    return this.stopping;
  }

  private async finish(): Promise<void> {
    await this.idle();
    this.retry();
    await this.idle();
  }

  /** A statement that ends may leave a newer config to be written. */
  private async idle(): Promise<void> {
    while (this.writing !== undefined) await this.writing;
  }

  private async attempt(kept: KeptConfig): Promise<void> {
    try {
      await this.stored.write(this.place, kept.base, performance.now() - kept.at);
      if (this.unwritten === kept) this.unwritten = undefined;
    } catch (error) {
      this.onError(error);
    }
  }
}
