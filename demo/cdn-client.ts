import {
  createConsoleLogger,
  getClient,
  LogLevel,
  PollingMode,
  type IConfigCatClient,
} from '@configcat/sdk';
import { setTimeout as delay } from 'node:timers/promises';
import type { FlagWatch } from './flag-watch.js';

/** How soon the CDN serves a change is the question, so the SDK asks more often than its own polling would. */
const REFRESH_PAUSE_MS = 20;

/** ConfigCat's SDK over our CDN: it reads the config, and evaluates by itself. */
export class CdnClient {
  private readonly client: IConfigCatClient;
  private readonly closing = new AbortController();

  constructor(base: string, sdkId: string) {
    this.client = getClient(`configcat-proxy/${sdkId}`, PollingMode.ManualPoll, {
      baseUrl: base,
      logger: createConsoleLogger(LogLevel.Off),
    });
  }

  /** The flag of a user, with the audiences that the application says it is in. */
  async evaluate(flag: string, member: string, audiences?: readonly string[]): Promise<boolean> {
    const { errorMessage, isSuccess } = await this.client.forceRefreshAsync();
    if (!isSuccess) throw new Error(`the SDK could not refresh: ${errorMessage}`);
    const custom = audiences === undefined ? {} : { audiences: [...audiences] };
    return this.client.getValueAsync(flag, false, { identifier: member, custom });
  }

  /** Shows what the flag is for the member, again and again until close(). */
  watch(flag: string, member: string, watch: FlagWatch): void {
    void (async () => {
      while (!this.closing.signal.aborted) {
        watch.show(await this.evaluate(flag, member));
        await delay(REFRESH_PAUSE_MS, undefined, { signal: this.closing.signal });
      }
    })().catch((error: unknown) => {
      if (!this.closing.signal.aborted) {
        watch.fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  close(): void {
    this.closing.abort();
    this.client.dispose();
  }
}
