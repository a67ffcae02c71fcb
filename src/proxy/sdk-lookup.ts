import { Injectable } from '@nestjs/common';
import { setTimeout } from 'node:timers/promises';
import { Configs } from '../configs/configs.js';
import type { EvaluableConfig } from '../configs/evaluable-config.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import type { User } from '../evaluation/user.js';
import { Options } from '../options/options.js';
import { LookupFailure } from './lookup-failure.js';
import type { SdkName } from './sdk-name.js';

/** A first load of millions takes seconds; much longer than that PostgreSQL is away. */
const LOADING_MS = 3_000;
const LOOK_AGAIN_MS = 20;

/** An SDK id, with what it evaluates now. */
export interface EvaluableSdk {
  readonly sdk: SdkConfig;
  readonly config: EvaluableConfig;
}

/** Finds the config a request is about, by id or by key. */
@Injectable()
export class SdkLookup {
  constructor(
    private readonly configs: Configs,
    private readonly options: Options,
  ) {}

  /** Attributes of users that do not say otherwise: of all SDKs, then of the SDK. */
  defaultAttributes(name: SdkName): readonly User[] {
    const { defaultUserAttributes, sdks } = this.options;
    const id = this.named(name)?.options.id;
    return [defaultUserAttributes, (id && sdks.get(id)?.defaultUserAttributes) || {}];
  }

  /**
   * Waits for the first attempt to load it; at once where that has ended: to wait for nothing costs a
   * request 0.4 µs, of some 12.
   */
  find(name: SdkName): SdkConfig | LookupFailure | Promise<SdkConfig> {
    const sdk = this.named(name);
    if (sdk === undefined) {
      return name.id || name.key ? LookupFailure.unknown : LookupFailure.unnamed(name.missing);
    }
    return sdk.isLoaded ? sdk : sdk.firstLoad.then(() => sdk);
  }

  /** As `find`. */
  findEvaluable(
    name: SdkName,
  ): EvaluableSdk | LookupFailure | Promise<EvaluableSdk | LookupFailure> {
    const sdk = this.find(name);
    return sdk instanceof Promise ? sdk.then(evaluableOf) : evaluableOf(sdk);
  }

  /**
   * As `findEvaluable`, but a service that has just started gets some time to load: who is answered
   * 500 on a stream, as its clients' standard has it, never comes back.
   */
  async findLoaded(name: SdkName): Promise<EvaluableSdk | LookupFailure> {
    const sdk = await this.find(name);
    if (sdk instanceof LookupFailure) return sdk;
    const end = performance.now() + LOADING_MS;
    while (sdk.evaluable === undefined && sdk.isLoading && performance.now() < end) {
      await setTimeout(LOOK_AGAIN_MS);
    }
    return evaluableOf(sdk);
  }

  private named({ id, key }: SdkName): SdkConfig | undefined {
    if (id) return this.configs.get(id);
    return key ? this.configs.findByKey(key) : undefined;
  }
}

function evaluableOf(sdk: SdkConfig | LookupFailure): EvaluableSdk | LookupFailure {
  if (sdk instanceof LookupFailure) return sdk;
  const config = sdk.evaluable;
  return config === undefined ? LookupFailure.invalidState : { sdk, config };
}
