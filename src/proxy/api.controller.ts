import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { EvaluatedEvents } from '../analytics/evaluated-events.js';
import { Configs } from '../configs/configs.js';
import { FlagNotFoundError } from '../evaluation/flag-not-found-error.js';
import { jsonText } from '../evaluation/json-text.js';
import { AllFlagsMemory } from './all-flags-memory.js';
import { isKnown } from './etag.js';
import { FailedEvaluationError } from './failed-evaluation.error.js';
import { flagNotFound } from './flag-not-found.js';
import { LookupFailure } from './lookup-failure.js';
import { NotThroughExpress } from './not-through-express.js';
import { byId, byKey, COFFEE, EVAL, EVAL_ALL, KEYS, REFRESH } from './openapi/api-routes.js';
import { Describe } from './openapi/describe.js';
import { sendPackedJson } from './packed-json.js';
import { ProxyErrorLog } from './proxy-error-log.js';
import { QuestionReader, type Asked } from './question-reader.js';
import { send, sendEmpty, sendJson, sendText, type GroupedResponse } from './response.js';
import { SdkLookup } from './sdk-lookup.js';
import { nameInApi, type SdkName } from './sdk-name.js';

/** Evaluation over HTTP, by SDK id and by SDK key. */
@Controller('api')
@UseGuards(NotThroughExpress)
export class ApiController {
  private readonly allFlags = new AllFlagsMemory();

  constructor(
    private readonly sdks: SdkLookup,
    private readonly questions: QuestionReader,
    private readonly configs: Configs,
    private readonly errors: ProxyErrorLog,
    private readonly evaluated: EvaluatedEvents,
  ) {}

  @Post(':sdkId/eval')
  @Describe(byId(EVAL))
  evaluate(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    return this.answerOne(request, response, nameInApi(request, sdkId));
  }

  @Post('eval')
  @Describe(byKey(EVAL))
  evaluateByKey(@Req() request: IncomingMessage, @Res() response: GroupedResponse): Promise<void> {
    return this.answerOne(request, response, nameInApi(request));
  }

  @Post(':sdkId/eval-all')
  @Describe(byId(EVAL_ALL))
  evaluateAll(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    return this.answerAll(request, response, nameInApi(request, sdkId));
  }

  @Post('eval-all')
  @Describe(byKey(EVAL_ALL))
  evaluateAllByKey(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
  ): Promise<void> {
    return this.answerAll(request, response, nameInApi(request));
  }

  @Post(':sdkId/refresh')
  @Describe(byId(REFRESH))
  refresh(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    return this.refreshNow(response, nameInApi(request, sdkId));
  }

  @Post('refresh')
  @Describe(byKey(REFRESH))
  refreshByKey(@Req() request: IncomingMessage, @Res() response: GroupedResponse): Promise<void> {
    return this.refreshNow(response, nameInApi(request));
  }

  @Get(':sdkId/keys')
  @Describe(byId(KEYS))
  keys(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    return this.answerKeys(request, response, nameInApi(request, sdkId));
  }

  @Get('keys')
  @Describe(byKey(KEYS))
  keysByKey(@Req() request: IncomingMessage, @Res() response: GroupedResponse): Promise<void> {
    return this.answerKeys(request, response, nameInApi(request));
  }

  @Get('icanhascoffee')
  @Describe(COFFEE)
  coffee(@Req() _request: IncomingMessage, @Res() response: GroupedResponse): void {
    sendEmpty(response, 418);
  }

  private async answerOne(
    request: IncomingMessage,
    response: GroupedResponse,
    name: SdkName,
  ): Promise<void> {
    const asked = await this.questions.read(request, response, name);
    if (asked === undefined) return;
    const { key, user, sdk, config } = asked;
    try {
      const evaluation = config.compiled.evaluate(key, user);
      this.evaluated.saw(sdk.options.id, key, evaluation, user);
      sendJson(response, evaluation.json);
    } catch (error) {
      this.sendFailure(response, asked, error);
    }
  }

  private async answerAll(
    request: IncomingMessage,
    response: GroupedResponse,
    name: SdkName,
  ): Promise<void> {
    const asked = await this.questions.read(request, response, name);
    if (asked === undefined) return;
    const { sdk, user } = asked;
    const { compiled } = asked.config;
    const flags = compiled.evaluateAll(user);
    this.evaluated.sawAll(sdk.options.id, flags, user);
    const { json, etag } = this.allFlags.answer(compiled, flags);
    if (isKnown(request.headers['if-none-match'], etag)) {
      send(response, 304, ['ETag', etag]);
    } else {
      await sendPackedJson(request, response, { json, headers: ['ETag', etag] });
    }
  }

  private async refreshNow(response: GroupedResponse, name: SdkName): Promise<void> {
    const sdk = await this.sdks.find(name);
    if (sdk instanceof LookupFailure) {
      sdk.send(response);
      return;
    }
    try {
      await this.configs.refresh(sdk.options.id);
      sendEmpty(response, 200);
    } catch (error) {
      // An SDK without any config says what each of its other routes says.
      if (sdk.evaluable === undefined) LookupFailure.invalidState.send(response);
      else sendText(response, 500, error instanceof Error ? error.message : String(error));
    }
  }

  private async answerKeys(
    request: IncomingMessage,
    response: GroupedResponse,
    name: SdkName,
  ): Promise<void> {
    const found = await this.sdks.findEvaluable(name);
    if (found instanceof LookupFailure) {
      found.send(response);
      return;
    }
    const json = `{"keys":[${found.config.compiled.keys.map(jsonText).join(',')}]}`;
    await sendPackedJson(request, response, { json });
  }

  private sendFailure(response: GroupedResponse, { key, sdk }: Asked, error: unknown): void {
    if (error instanceof FlagNotFoundError) {
      sendText(response, 400, flagNotFound(key));
      return;
    }
    this.errors.report(new FailedEvaluationError({ sdkId: sdk.options.id, key }, error));
    sendText(response, 500, 'the request failed; please check the logs for more details');
  }
}
