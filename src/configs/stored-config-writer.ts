import type { KeptConfig } from './kept-config.js';
import type { ConfigPlace, StoredConfigs } from './stored-configs.js';

/**
 * Stores what a source gives, without keeping anybody waiting: one statement at a time, the newest
 * config only, and again when asked to while PostgreSQL was away.
 */
export class StoredConfigWriter {
  private unwritten: KeptConfig | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly stored: Pick<StoredConfigs, 'write'>,
    private readonly place: ConfigPlace,
    private readonly onError: (error: unknown) => void,
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

  /** Resolves when the statement under way has ended. */
  async stop(): Promise<void> {
    await this.writing;
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
