import { Controller, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { EvaluatedEvents } from '../analytics/evaluated-events.js';
import type { FlagEvaluation } from '../evaluation/compile.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import { FlagNotFoundError } from '../evaluation/flag-not-found-error.js';
import { Options } from '../options/options.js';
import { entityTag, isKnown } from './etag.js';
import { readOfrepContext, type OfrepContext } from './evaluation-request.js';
import { eventStreamPath, originOf } from './event-stream-url.js';
import { FailedEvaluationError } from './failed-evaluation.error.js';
import { LookupFailure } from './lookup-failure.js';
import { NotThroughExpress } from './not-through-express.js';
import { errorJson, OfrepError } from './ofrep-error.js';
import { ofrepFlag } from './ofrep-flag.js';
import { Describe } from './openapi/describe.js';
import { OFREP_FLAG, OFREP_FLAGS } from './openapi/other-routes.js';
import { sendPackedJson } from './packed-json.js';
import { ProxyErrorLog } from './proxy-error-log.js';
import { readBody } from './request-body.js';
import { send, sendJson, type GroupedResponse } from './response.js';
import { SdkLookup, type EvaluableSdk } from './sdk-lookup.js';
import { nameInOfrep } from './sdk-name.js';

interface Asked extends EvaluableSdk, OfrepContext {}

/** OpenFeature's remote evaluation protocol (contracts/proxy.md, 6). */
@Controller('ofrep/v1/evaluate/flags')
@UseGuards(NotThroughExpress)
export class OfrepController {
  constructor(
    private readonly sdks: SdkLookup,
    private readonly options: Options,
    private readonly errors: ProxyErrorLog,
    private readonly events: EvaluatedEvents,
  ) {}

  @Post(':key')
  @Describe(OFREP_FLAG)
  async flag(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('key') key: string,
  ): Promise<void> {
    try {
      const asked = await this.read(request);
      sendJson(response, this.evaluated(key, asked));
    } catch (error) {
      this.refuse(response, error, key);
    }
  }

  @Post()
  @Describe(OFREP_FLAGS)
  async allFlags(@Req() request: IncomingMessage, @Res() response: GroupedResponse): Promise<void> {
    try {
      await this.answerAll(request, response, await this.read(request));
    } catch (error) {
      this.refuse(response, error, undefined);
    }
  }

  private async read(request: IncomingMessage): Promise<Asked> {
    const name = nameInOfrep(request);
    const body = await readBody(request);
    const context = readOfrepContext(body.toString(), this.sdks.defaultAttributes(name));
    const found = await this.sdks.findEvaluable(name);
    if (found instanceof LookupFailure) throw OfrepError.ofLookup(found);
    return { ...context, ...found };
  }

  private async answerAll(
    request: IncomingMessage,
    response: GroupedResponse,
    asked: Asked,
  ): Promise<void> {
    const flags = asked.config.compiled
      .evaluateAll(asked.user)
      .map((flag) => this.member(flag, asked))
      .join();
    const { http } = this.options;
    const path = http.sse.enabled ? eventStreamPath(asked.sdk.options.id, asked.given) : undefined;
    // Of the stream's path, for whose user another has other flags soon. Not of the origin: replicas
    // may be reached by several.
    const etag = entityTag(`${flags} ${path}`);
    if (isKnown(request.headers['if-none-match'], etag)) {
      send(response, 304, ['ETag', etag]);
      return;
    }
    const origin = path && originOf(request, http.publicUrl);
    const streams = origin
      ? `,"eventStreams":[{"type":"sse","url":${JSON.stringify(origin + path)}}]`
      : '';
    const json = `{"flags":[${flags}]${streams}}`;
    await sendPackedJson(request, response, { json, headers: ['ETag', etag] });
  }

  private member({ key, evaluation }: FlagEvaluation, asked: Asked): string {
    if (evaluation !== null) return this.told(key, evaluation, asked);
    try {
      return this.evaluated(key, asked);
    } catch (error) {
      this.errors.report(error);
      const { cause } = error instanceof FailedEvaluationError ? error : { cause: error };
      const details = cause instanceof Error ? cause.message : String(cause);
      return errorJson({ key, errorCode: 'GENERAL', details });
    }
  }

  private evaluated(key: string, asked: Asked): string {
    const { sdk, config, user } = asked;
    try {
      return this.told(key, config.compiled.evaluate(key, user), asked);
    } catch (error) {
      if (error instanceof FlagNotFoundError) throw error;
      throw new FailedEvaluationError({ sdkId: sdk.options.id, key }, error);
    }
  }

  private told(key: string, evaluation: Evaluation, { sdk, user }: Asked): string {
    this.events.saw(sdk.options.id, key, evaluation, user);
    return ofrepFlag(key, evaluation);
  }

  private refuse(response: GroupedResponse, error: unknown, key: string | undefined): void {
    const known = OfrepError.of(error);
    // Then the client is gone.
    if (known === undefined && response.destroyed) return;
    if (known === undefined) this.errors.report(error);
    const answer = known ?? OfrepError.ours();
    const headers = answer.status === 413 ? ['Connection', 'close'] : [];
    sendJson(response, answer.json(key), answer.status, headers);
  }
}
