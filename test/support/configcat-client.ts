import {
  createConsoleLogger,
  getClient,
  LogLevel,
  PollingMode,
  type IConfigCatClient,
  type UserAttributeValue,
} from '@configcat/sdk';
import { onTestFinished } from 'vitest';

export type CustomAttributes = Readonly<Record<string, UserAttributeValue>>;

/** The official SDK on the service's CDN, disposed when its test has ended. */
export class ConfigCatClient {
  readonly #client: IConfigCatClient;

  private constructor(client: IConfigCatClient) {
    this.#client = client;
    onTestFinished(() => client.dispose());
  }

  /** One that asks every second. Without a cache of its own, as on a server that starts anew. */
  static polling(base: string, sdkId = 'default'): ConfigCatClient {
    return new ConfigCatClient(
      getClient(`configcat-proxy/${sdkId}`, PollingMode.AutoPoll, {
        baseUrl: base,
        pollIntervalSeconds: 1,
        logger: createConsoleLogger(LogLevel.Off),
      }),
    );
  }

  /** One that asks when a value is read, a second after it asked last. */
  static lazy(base: string, sdkId = 'default'): ConfigCatClient {
    return new ConfigCatClient(
      getClient(`configcat-proxy/${sdkId}`, PollingMode.LazyLoad, {
        baseUrl: base,
        cacheTimeToLiveSeconds: 1,
        logger: createConsoleLogger(LogLevel.Off),
      }),
    );
  }

  /** One that asks when `refresh()` is called. */
  static manual(base: string, sdkId = 'default'): ConfigCatClient {
    return ConfigCatClient.withKey(base, `configcat-proxy/${sdkId}`);
  }

  /** The same, by an SDK key as ConfigCat gives it. */
  static withKey(base: string, sdkKey: string): ConfigCatClient {
    return new ConfigCatClient(
      getClient(sdkKey, PollingMode.ManualPoll, {
        baseUrl: base,
        logger: createConsoleLogger(LogLevel.Off),
      }),
    );
  }

  /** Rejects when the service gave no config. */
  async refresh(): Promise<void> {
    const { isSuccess, errorMessage } = await this.#client.forceRefreshAsync();
    if (!isSuccess) throw new Error(errorMessage ?? 'the SDK could not refresh');
  }

  /** What the flag is for the user of that identifier; null where the SDK can't tell. */
  value(key: string, identifier: string, custom: CustomAttributes = {}): Promise<unknown> {
    const user = { identifier, custom: { ...custom } };
    return this.#client.getValueAsync<string | boolean | number | null>(key, null, user);
  }

  /** The keys of all flags, sorted. */
  async keys(): Promise<readonly string[]> {
    return (await this.#client.getAllKeysAsync()).toSorted((a, b) => (a < b ? -1 : 1));
  }
}
