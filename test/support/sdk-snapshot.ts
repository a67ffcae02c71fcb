import {
  createConsoleLogger,
  getClient,
  LogLevel,
  PollingMode,
  type IConfigCatClient,
  type IUser,
} from '@configcat/sdk';
import { onTestFinished } from 'vitest';
import type { User } from '../../src/evaluation/user.js';

/** What the API answers of one flag; value null and no variation where it could not be evaluated. */
export interface Answer {
  readonly value: unknown;
  readonly variationId: string;
}

/** ConfigCat's SDK on one version of the config that the CDN serves, until it is refreshed. */
export class SdkSnapshot {
  readonly #client: IConfigCatClient;

  constructor(base: string, sdkId = 'default') {
    this.#client = getClient(`configcat-proxy/${sdkId}`, PollingMode.ManualPoll, {
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

  get keys(): readonly string[] {
    return this.#client.snapshot().getAllKeys();
  }

  evaluate(key: string, user: User | undefined): Answer {
    const { value, variationId } = this.#client
      .snapshot()
      .getValueDetails<string | boolean | number | null>(key, null, sdkUser(user));
    return { value, variationId: variationId ?? '' };
  }

  evaluateAll(user: User | undefined): Readonly<Record<string, Answer>> {
    return Object.fromEntries(this.keys.map((key) => [key, this.evaluate(key, user)]));
  }
}

/** Without an identifier where the user has none, as a request may be. */
function sdkUser(user: User | undefined): IUser | undefined {
  if (user === undefined) return undefined;
  const { Identifier: identifier, Email: email, Country: country, ...custom } = user;
  return Object.assign(Object.create(null), { identifier, email, country, custom });
}
