import { Injectable } from '@nestjs/common';
import { Configs } from '../configs/configs.js';
import type { EvaluableConfig } from '../configs/evaluable-config.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import type { User } from '../evaluation/user.js';
import { Options } from '../options/options.js';
import { sendText, type GroupedResponse } from './response.js';

/** Finds the config a request is about, or answers why there is none. */
@Injectable()
export class SdkLookup {
  constructor(
    private readonly configs: Configs,
    private readonly options: Options,
  ) {}

  /** Attributes of users that do not say otherwise: of all SDKs, then of the SDK id. */
  defaultAttributes(sdkId: string): readonly User[] {
    const { defaultUserAttributes, sdks } = this.options;
    return [defaultUserAttributes, sdks.get(sdkId)?.defaultUserAttributes ?? {}];
  }

  /** Waits for the first attempt to load it. Undefined: answered. */
  async find(sdkId: string, response: GroupedResponse): Promise<SdkConfig | undefined> {
    const sdk = this.configs.get(sdkId);
    if (sdk === undefined) {
      sendText(response, 404, 'could not identify a configured SDK');
      return undefined;
    }
    await sdk.firstLoad;
    return sdk;
  }

  /** Undefined: answered. */
  async findEvaluable(
    sdkId: string,
    response: GroupedResponse,
  ): Promise<{ readonly sdk: SdkConfig; readonly config: EvaluableConfig } | undefined> {
    const sdk = await this.find(sdkId, response);
    if (sdk === undefined) {
      return undefined;
    }
    const config = sdk.evaluable;
    if (config === undefined) {
      sendInvalidState(response);
      return undefined;
    }
    return { sdk, config };
  }
}

/** No config was ever loaded, or it can't be evaluated before memberships were. SDKs keep what they have. */
export function sendInvalidState(response: GroupedResponse): void {
  sendText(
    response,
    500,
    'requested SDK is in an invalid state; please check the logs for more details',
  );
}
