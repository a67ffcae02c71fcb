import type { ServerResponse } from 'node:http';
import type { Configs } from '../configs/configs.js';
import type { EvaluableConfig } from '../configs/evaluable-config.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import { sendText } from './response.js';

/** Finds the config a request is about, or answers why there is none. */
export class SdkLookup {
  constructor(private readonly configs: Configs) {}

  /** Waits for the first attempt to load it. Undefined: answered. */
  async find(sdkId: string, response: ServerResponse): Promise<SdkConfig | undefined> {
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
    response: ServerResponse,
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
export function sendInvalidState(response: ServerResponse): void {
  sendText(
    response,
    500,
    'requested SDK is in an invalid state; please check the logs for more details',
  );
}
