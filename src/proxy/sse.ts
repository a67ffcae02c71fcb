import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EvaluableConfig } from '../configs/evaluable-config.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import type { User } from '../evaluation/user.js';
import { flagNotFound } from './api.js';
import {
  BadRequestError,
  readEvaluationRequest,
  type EvaluationRequest,
} from './evaluation-request.js';
import { sendText } from './response.js';
import type { SdkLookup } from './sdk-lookup.js';
import type { Streams } from './streams.js';
import type { Watchers } from './watchers.js';

export interface SseParts {
  readonly sdks: SdkLookup;
  readonly watchers: Watchers;
  readonly streams: Streams;
  readonly defaultAttributes: (sdkId: string) => readonly User[];
}

/** What a stream is asked for: which SDK id, and the base64 of the question. */
export interface StreamRequest {
  readonly sdkId: string;
  /** Undefined: all flags, without a user of the request's own. */
  readonly data: string | undefined;
}

/** Evaluations as server-sent events: the current value at once, then each change. */
export class Sse {
  constructor(private readonly parts: SseParts) {}

  async flag(
    request: IncomingMessage,
    response: ServerResponse,
    asked: StreamRequest,
  ): Promise<void> {
    const question = this.read(response, asked);
    const found = question && (await this.parts.sdks.findEvaluable(asked.sdkId, response));
    if (question === undefined || found === undefined) {
      return;
    }
    if (question.key === '') {
      sendText(response, 400, "'key' must be set");
      return;
    }
    if (!found.config.compiled.has(question.key)) {
      sendText(response, 400, flagNotFound(question.key));
      return;
    }
    this.stream(request, response, { ...found, flagKey: question.key, user: question.user });
  }

  async allFlags(
    request: IncomingMessage,
    response: ServerResponse,
    asked: StreamRequest,
  ): Promise<void> {
    const question = this.read(response, asked);
    const found = question && (await this.parts.sdks.findEvaluable(asked.sdkId, response));
    if (question !== undefined && found !== undefined) {
      this.stream(request, response, { ...found, flagKey: undefined, user: question.user });
    }
  }

  private stream(
    request: IncomingMessage,
    response: ServerResponse,
    watched: {
      readonly sdk: SdkConfig;
      readonly config: EvaluableConfig;
      readonly flagKey: string | undefined;
      readonly user: User | undefined;
    },
  ): void {
    const { sdk, flagKey, user } = watched;
    // The client may have gone while its SDK was looked up.
    if (response.destroyed) {
      return;
    }
    const send = this.parts.streams.begin(response);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.on('close', this.parts.watchers.add({ sdk, flagKey, user, send }));
  }

  /** Undefined: answered. */
  private read(
    response: ServerResponse,
    { sdkId, data }: StreamRequest,
  ): EvaluationRequest | undefined {
    const defaults = this.parts.defaultAttributes(sdkId);
    const text = data === undefined ? '{}' : decode(data);
    if (text === undefined) {
      sendText(response, 400, "failed to decode incoming 'data'");
      return undefined;
    }
    try {
      return readEvaluationRequest(text, defaults);
    } catch (error) {
      const reason = error instanceof BadRequestError ? error.message : 'invalid JSON';
      sendText(response, 400, `failed to deserialize incoming 'data': ${reason}`);
      return undefined;
    }
  }
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** The URL alphabet or the standard one, padded or not. */
function decode(data: string): string | undefined {
  let text: string;
  try {
    text = decodeURIComponent(data);
  } catch {
    return undefined;
  }
  const digits = text.replace(/=+$/, '');
  if (!BASE64.test(text) || digits.length % 4 === 1) {
    return undefined;
  }
  return Buffer.from(digits, 'base64').toString();
}
