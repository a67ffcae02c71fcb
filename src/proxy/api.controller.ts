import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { FlagNotFoundError } from '../evaluation/flag-not-found-error.js';
import { allFlagsJson } from './all-flags.js';
import {
  BadRequestError,
  readEvaluationRequest,
  type EvaluationRequest,
} from './evaluation-request.js';
import { NotThroughExpress } from './not-through-express.js';
import { ProxyErrorLog } from './proxy-error-log.js';
import { BodyTooLargeError, readBody } from './request-body.js';
import { sendJson, sendText, type GroupedResponse } from './response.js';
import { SdkLookup } from './sdk-lookup.js';

/** Evaluation over HTTP. */
@Controller('api')
@UseGuards(NotThroughExpress)
export class ApiController {
  constructor(
    private readonly sdks: SdkLookup,
    private readonly errors: ProxyErrorLog,
  ) {}

  @Post(':sdkId/eval')
  async evaluate(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
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

  @Post(':sdkId/eval-all')
  async evaluateAll(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    const asked = await this.read(request, response, sdkId);
    const found = asked && (await this.sdks.findEvaluable(sdkId, response));
    if (asked !== undefined && found !== undefined) {
      sendJson(response, allFlagsJson(found.config.compiled.evaluateAll(asked.user)));
    }
  }

  @Get(':sdkId/keys')
  async keys(
    @Req() _request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    const found = await this.sdks.findEvaluable(sdkId, response);
    if (found !== undefined) {
      sendJson(response, JSON.stringify({ keys: found.config.compiled.keys }));
    }
  }

  /** Undefined: answered. */
  private async read(
    request: IncomingMessage,
    response: GroupedResponse,
    sdkId: string,
  ): Promise<EvaluationRequest | undefined> {
    try {
      const body = await readBody(request);
      return readEvaluationRequest(body.toString(), this.sdks.defaultAttributes(sdkId));
    } catch (error) {
      if (error instanceof BadRequestError) {
        sendText(response, 400, `failed to parse JSON body: ${error.message}`);
      } else if (error instanceof BodyTooLargeError) {
        sendText(response, 413, error.message, ['Connection', 'close']);
      }
      // Anything else: the client is gone.
      return undefined;
    }
  }

  private sendFailure(response: GroupedResponse, key: string, error: unknown): void {
    if (error instanceof FlagNotFoundError) {
      sendText(response, 400, flagNotFound(key));
      return;
    }
    this.errors.report(error);
    sendText(response, 500, 'the request failed; please check the logs for more details');
  }
}

export function flagNotFound(key: string): string {
  return `feature flag or setting with key '${key}' not found`;
}
