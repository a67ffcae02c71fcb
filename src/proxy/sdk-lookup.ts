import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Configs } from '../configs/configs.js';
import type { EvaluableConfig } from '../configs/evaluable-config.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import type { User } from '../evaluation/user.js';
import { Options } from '../options/options.js';
import { LookupFailure } from './lookup-failure.js';
import type { SdkName } from './sdk-name.js';

/** An SDK id, with what it evaluates now. */
export interface EvaluableSdk {
  readonly sdk: SdkConfig;
  readonly config: EvaluableConfig;
}

/** Finds the config a request is about, by id or by key. */
@Injectable()
export class SdkLookup {
  /** By digest: the time a look-up takes tells nothing of the keys. */
  private readonly idsByKey: ReadonlyMap<string, string>;

  constructor(
    private readonly configs: Configs,
    private readonly options: Options,
  ) {
    this.idsByKey = new Map(
      [...options.sdks].flatMap(([id, { key }]) =>
        key === undefined ? [] : [[digest(key), id] as const],
      ),
    );
  }

  /** Attributes of users that do not say otherwise: of all SDKs, then of the SDK. */
  defaultAttributes(name: SdkName): readonly User[] {
    const { defaultUserAttributes, sdks } = this.options;
    const id = this.idOf(name);
    return [defaultUserAttributes, (id && sdks.get(id)?.defaultUserAttributes) || {}];
  }

  /** Waits for the first attempt to load it. */
  async find(name: SdkName): Promise<SdkConfig | LookupFailure> {
    const id = this.idOf(name);
    if (id === undefined) {
      return name.id || name.key ? LookupFailure.unknown : LookupFailure.unnamed(name.missing);
    }
    const sdk = this.configs.get(id);
    if (sdk === undefined) return LookupFailure.unknown;
    await sdk.firstLoad;
    return sdk;
  }

  async findEvaluable(name: SdkName): Promise<EvaluableSdk | LookupFailure> {
    const sdk = await this.find(name);
    if (sdk instanceof LookupFailure) return sdk;
    const config = sdk.evaluable;
    return config === undefined ? LookupFailure.invalidState : { sdk, config };
  }

  private idOf({ id, key }: SdkName): string | undefined {
    if (id) return id;
    return key ? this.idsByKey.get(digest(key)) : undefined;
  }
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}
