import type { IncomingMessage, ServerResponse } from 'node:http';
import { FlagNotFoundError } from '../evaluation/flag-not-found-error.js';
import type { User } from '../evaluation/user.js';
import { allFlagsJson } from './all-flags.js';
import {
  BadRequestError,
  readEvaluationRequest,
  type EvaluationRequest,
} from './evaluation-request.js';
import { BodyTooLargeError, readBody } from './request-body.js';
import { sendJson, sendText } from './response.js';
import type { SdkLookup } from './sdk-lookup.js';

export interface ApiSettings {
  /** Attributes of users that do not say otherwise: of all SDKs, then of the SDK id. */
  readonly defaultAttributes: (sdkId: string) => readonly User[];
  readonly onError: (error: unknown) => void;
}

/** Evaluation over HTTP. */
export class Api {
  constructor(
    private readonly sdks: SdkLookup,
    private readonly settings: ApiSettings,
  ) {}

  async evaluate(request: IncomingMessage, response: ServerResponse, sdkId: string): Promise<void> {
    const asked = await this.read(request, response, sdkId);
    const found = asked && (await this.sdks.findEvaluable(sdkId, response));
    if (asked === undefined || found === undefined) {
      return;
    }
    try {
      sendJson(response, found.config.compiled.evaluate(asked.key, asked.user).json);
    } catch (error) {
      this.sendFailure(response, asked.key, error);
    }
  }

  async evaluateAll(
    request: IncomingMessage,
    response: ServerResponse,
    sdkId: string,
  ): Promise<void> {
    const asked = await this.read(request, response, sdkId);
    const found = asked && (await this.sdks.findEvaluable(sdkId, response));
    if (asked !== undefined && found !== undefined) {
      sendJson(response, allFlagsJson(found.config.compiled.evaluateAll(asked.user)));
    }
  }

  async keys(_request: IncomingMessage, response: ServerResponse, sdkId: string): Promise<void> {
    const found = await this.sdks.findEvaluable(sdkId, response);
    if (found !== undefined) {
      sendJson(response, JSON.stringify({ keys: found.config.compiled.keys }));
    }
  }

  /** Undefined: answered. */
  private async read(
    request: IncomingMessage,
    response: ServerResponse,
    sdkId: string,
  ): Promise<EvaluationRequest | undefined> {
    try {
      const body = await readBody(request);
      return readEvaluationRequest(body.toString(), this.settings.defaultAttributes(sdkId));
    } catch (error) {
      if (error instanceof BadRequestError) {
        sendText(response, 400, `failed to parse JSON body: ${error.message}`);
      } else if (error instanceof BodyTooLargeError) {
        response.setHeader('Connection', 'close');
        sendText(response, 413, error.message);
      }
      // Anything else: the client is gone.
      return undefined;
    }
  }

  private sendFailure(response: ServerResponse, key: string, error: unknown): void {
    if (error instanceof FlagNotFoundError) {
      sendText(response, 400, flagNotFound(key));
      return;
    }
    this.settings.onError(error);
    sendText(response, 500, 'the request failed; please check the logs for more details');
  }
}

export function flagNotFound(key: string): string {
  return `feature flag or setting with key '${key}' not found`;
}
