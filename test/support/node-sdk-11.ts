import { createConsoleLogger, getClient, LogLevel, PollingMode, User } from 'configcat-node';
import type { IConfigCatClient } from 'configcat-node';
import { onTestFinished } from 'vitest';

/** ConfigCat's Node SDK from before the unified one, refreshed by hand; disposed with its test. */
export class NodeSdk11 {
  readonly #client: IConfigCatClient;

  /** `sdkKey` is one as ConfigCat gives it, or `configcat-proxy/<id>`. */
  constructor(base: string, sdkKey = 'configcat-proxy/default') {
    this.#client = getClient(sdkKey, PollingMode.ManualPoll, {
      baseUrl: base,
      logger: createConsoleLogger(LogLevel.Off),
    });
    onTestFinished(() => this.#client.dispose());
  }

  /** Rejects when the service gave no config. */
  async refresh(): Promise<void> {
    const { isSuccess, errorMessage } = await this.#client.forceRefreshAsync();
    if (!isSuccess) throw new Error(errorMessage ?? 'the SDK could not refresh');
  }

  /** What the flag is for the user of that identifier; null where the SDK can't tell. */
  value(key: string, identifier: string): Promise<unknown> {
    return this.#client.getValueAsync<boolean | null>(key, null, new User(identifier));
  }
}
