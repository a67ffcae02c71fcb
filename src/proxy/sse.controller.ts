import { Controller, Get, Param, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { EvaluatedEvents } from '../analytics/evaluated-events.js';
import {
  BadRequestError,
  readEvaluationRequest,
  type EvaluationRequest,
} from './evaluation-request.js';
import { flagNotFound } from './flag-not-found.js';
import { LookupFailure } from './lookup-failure.js';
import { NotThroughExpress } from './not-through-express.js';
import { byId } from './openapi/api-routes.js';
import { Describe } from './openapi/describe.js';
import {
  ALL_FLAGS_STREAM,
  FLAG_STREAM,
  REFETCH_STREAM,
  STREAM_BY_ID,
  STREAM_BY_KEY,
} from './openapi/stream-routes.js';
import type { Asked } from './question-reader.js';
import { refetching } from './refetch-sink.js';
import { sendText, type GroupedResponse } from './response.js';
import { SdkLookup } from './sdk-lookup.js';
import { nameInStream } from './sdk-name.js';
import { Streams } from './streams.js';
import type { OnTold, WatcherSink } from './watcher-topic.js';
import { Watchers, type Watch } from './watchers.js';

/** What a stream is asked for: which SDK, and the base64 of the question. */
export interface StreamRequest {
  /** Undefined: the question has its key. */
  readonly sdkId: string | undefined;
  /** Undefined: all flags, without a user of the request's own. */
  readonly data: string | undefined;
}

/** Evaluations as server-sent events: the current value at once, then each change. */
@Controller('sse')
@UseGuards(NotThroughExpress)
export class SseController {
  private readonly onTold: OnTold | undefined;

  constructor(
    private readonly sdks: SdkLookup,
    private readonly watchers: Watchers,
    private readonly streams: Streams,
    evaluated: EvaluatedEvents,
  ) {
    if (evaluated.isOn) {
      this.onTold = (sdkId, flags, user) => evaluated.sawAll(sdkId, flags, user);
    }
  }

  @Get(':sdkId/eval/*data')
  @Describe({ ...FLAG_STREAM, ...STREAM_BY_ID })
  flag(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
    @Param('data') data: string,
  ): Promise<void> {
    return this.streamOne(request, response, { sdkId, data });
  }

  @Get('eval/k/*data')
  @Describe({ ...FLAG_STREAM, ...STREAM_BY_KEY })
  flagByKey(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('data') data: string,
  ): Promise<void> {
    return this.streamOne(request, response, { sdkId: undefined, data });
  }

  @Get(':sdkId/eval-all/*data')
  @Describe({ ...ALL_FLAGS_STREAM, ...STREAM_BY_ID })
  allFlags(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
    @Param('data') data: string,
  ): Promise<void> {
    return this.streamAll(request, response, { sdkId, data });
  }

  @Get(':sdkId/eval-all')
  @Describe(byId(ALL_FLAGS_STREAM))
  allFlagsOfNobody(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    return this.streamAll(request, response, { sdkId, data: undefined });
  }

  @Get('eval-all/k/*data')
  @Describe({ ...ALL_FLAGS_STREAM, ...STREAM_BY_KEY })
  allFlagsByKey(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('data') data: string,
  ): Promise<void> {
    return this.streamAll(request, response, { sdkId: undefined, data });
  }

  /** For OpenFeature's clients, whose answer to all flags names it (contracts/proxy.md, 6). */
  @Get(':sdkId/refetch/*data')
  @Describe({ ...REFETCH_STREAM, ...STREAM_BY_ID })
  async refetch(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
    @Param('data') data: string,
  ): Promise<void> {
    const question = await this.read(response, { sdkId, data });
    if (question === undefined) return;
    const { sdk, user } = question;
    // What the flags are is asked for afterwards, and seen then.
    const watched = { sdk, flagKey: undefined, user };
    await this.stream(request, response, { ...watched, wording: refetching });
  }

  private async streamOne(
    request: IncomingMessage,
    response: GroupedResponse,
    asked: StreamRequest,
  ): Promise<void> {
    const question = await this.read(response, asked);
    if (question === undefined) return;
    const { sdk, config, key, user } = question;
    if (key === '') {
      sendText(response, 400, "'key' must be set");
    } else if (!config.compiled.has(key)) {
      sendText(response, 400, flagNotFound(key));
    } else {
      const { onTold } = this;
      await this.stream(request, response, { sdk, flagKey: key, user, onTold });
    }
  }

  private async streamAll(
    request: IncomingMessage,
    response: GroupedResponse,
    asked: StreamRequest,
  ): Promise<void> {
    const question = await this.read(response, asked);
    if (question === undefined) return;
    const { sdk, user } = question;
    const { onTold } = this;
    await this.stream(request, response, { sdk, flagKey: undefined, user, onTold });
  }

  private async stream(
    request: IncomingMessage,
    response: GroupedResponse,
    {
      wording = (sink) => sink,
      ...watched
    }: Pick<Watch, 'sdk' | 'flagKey' | 'user' | 'onTold'> & {
      readonly wording?: (sink: WatcherSink) => WatcherSink;
    },
  ): Promise<void> {
    const lastId = request.headers['last-event-id'];
    const count = this.streams.counts.of(watched.sdk.options.id, watched.flagKey);
    const stream = await this.streams.begin(request, response, count);
    if (stream !== undefined) {
      stream.onClose = this.watchers.add({
        ...watched,
        lastId: typeof lastId === 'string' ? lastId : undefined,
        sink: wording(stream),
      });
    }
  }

  /** Undefined: answered. */
  private async read(
    response: GroupedResponse,
    { sdkId, data }: StreamRequest,
  ): Promise<Asked | undefined> {
    const text = data === undefined ? '{}' : decode(data);
    if (text === undefined) {
      sendText(response, 400, "failed to decode incoming 'data'");
      return undefined;
    }
    let question: EvaluationRequest;
    try {
      question = readEvaluationRequest(text, (sdkKey) =>
        this.sdks.defaultAttributes(nameInStream(sdkId, sdkKey)),
      );
    } catch (error) {
      const reason = error instanceof BadRequestError ? error.message : 'invalid JSON';
      sendText(response, 400, `failed to deserialize incoming 'data': ${reason}`);
      return undefined;
    }
    const found = await this.sdks.findLoaded(nameInStream(sdkId, question.sdkKey));
    if (!(found instanceof LookupFailure)) return { ...question, ...found };
    found.send(response);
    return undefined;
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
