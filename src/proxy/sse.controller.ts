import { Controller, Get, Param, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { EvaluableConfig } from '../configs/evaluable-config.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import type { User } from '../evaluation/user.js';
import { flagNotFound } from './api.controller.js';
import {
  BadRequestError,
  readEvaluationRequest,
  type EvaluationRequest,
} from './evaluation-request.js';
import { NotThroughExpress } from './not-through-express.js';
import { sendText, type GroupedResponse } from './response.js';
import { SdkLookup } from './sdk-lookup.js';
import { Streams } from './streams.js';
import { Watchers } from './watchers.js';

/** What a stream is asked for: which SDK id, and the base64 of the question. */
export interface StreamRequest {
  readonly sdkId: string;
  /** Undefined: all flags, without a user of the request's own. */
  readonly data: string | undefined;
}

/** Evaluations as server-sent events: the current value at once, then each change. */
@Controller('sse')
@UseGuards(NotThroughExpress)
export class SseController {
  constructor(
    private readonly sdks: SdkLookup,
    private readonly watchers: Watchers,
    private readonly streams: Streams,
  ) {}

  @Get(':sdkId/eval/*data')
  async flag(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
    @Param('data') data: string,
  ): Promise<void> {
    const question = this.read(response, { sdkId, data });
    const found = question && (await this.sdks.findEvaluable(sdkId, response));
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

  @Get(':sdkId/eval-all/*data')
  allFlags(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
    @Param('data') data: string,
  ): Promise<void> {
    return this.streamAll(request, response, { sdkId, data });
  }

  @Get(':sdkId/eval-all')
  allFlagsOfNobody(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    return this.streamAll(request, response, { sdkId, data: undefined });
  }

  private async streamAll(
    request: IncomingMessage,
    response: GroupedResponse,
    asked: StreamRequest,
  ): Promise<void> {
    const question = this.read(response, asked);
    const found = question && (await this.sdks.findEvaluable(asked.sdkId, response));
    if (question !== undefined && found !== undefined) {
      this.stream(request, response, { ...found, flagKey: undefined, user: question.user });
    }
  }

  private stream(
    request: IncomingMessage,
    response: GroupedResponse,
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
    const send = this.streams.begin(response);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.on('close', this.watchers.add({ sdk, flagKey, user, send }));
  }

  /** Undefined: answered. */
  private read(
    response: GroupedResponse,
    { sdkId, data }: StreamRequest,
  ): EvaluationRequest | undefined {
    const defaults = this.sdks.defaultAttributes(sdkId);
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
  const digits = data.replace(/=+$/, '');
  if (!BASE64.test(data) || digits.length % 4 === 1) {
    return undefined;
  }
  return Buffer.from(digits, 'base64').toString();
}
