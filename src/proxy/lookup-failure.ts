import { sendText, type GroupedResponse } from './response.js';

/** Why a request's SDK can't answer, as the ConfigCat Proxy words it. */
export class LookupFailure {
  /** Nothing was ever loaded, or memberships were not: SDKs keep what they have. */
  static readonly invalidState = new LookupFailure(
    500,
    'requested SDK is in an invalid state; please check the logs for more details',
  );
  static readonly unknown = new LookupFailure(404, 'could not identify a configured SDK');

  private constructor(
    readonly status: number,
    readonly message: string,
  ) {}

  /** The request named no SDK. */
  static unnamed(message: string): LookupFailure {
    return new LookupFailure(400, message);
  }

  send(response: GroupedResponse): void {
    sendText(response, this.status, this.message);
  }
}
