import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { timerMs } from '../longest-timer.js';
import { detachSocket, hasTurn } from './detached-socket.js';
import { allHeaders, send, sendText, type GroupedResponse } from './response.js';
import { SseStream } from './sse-stream.js';
import { StreamCaps, type StreamLimits } from './stream-caps.js';
import { StreamCounts, type StreamCount } from './stream-counts.js';
import type { SlicedWork, TimeSlices } from './time-slices.js';

/** Clients that lose their stream come back spread over this time, so that they don't all come at once. */
const RETURN_WITHIN_MS = 5_000;
/** Nor at once: a service that has just gone is not back within milliseconds. */
const RETURN_AFTER_MS = 1_000;
/** A reader that takes nothing for so long is taken for dead. */
const STUCK_MS = 60_000;
/** At the end, clients get so long to take what they were sent. */
const FAREWELL_MS = 2_000;
const RETRY_AFTER_SECONDS = '5';

const HEADERS = [
  'Content-Type',
  'text/event-stream',
  'Cache-Control',
  'no-cache',
  'X-Accel-Buffering',
  'no',
  'Connection',
];

export interface StreamsSettings {
  /** Milliseconds between comment pings. */
  readonly heartBeatInterval: number;
  readonly limits: StreamLimits;
  readonly slices: TimeSlices;
  /** Milliseconds that a reader may take for what it was sent. */
  readonly stuck?: number;
  /** Milliseconds that readers get at the end. */
  readonly farewell?: number;
  readonly random?: () => number;
}

/** Open SSE connections: their headers, heart beat, caps and end. */
export class Streams {
  /** For metrics. */
  readonly counts = new StreamCounts();
  private readonly open = new Map<Socket, SseStream>();
  private readonly caps: StreamCaps;
  private readonly random: () => number;
  /** One function for all of them: it knows its stream by the socket. */
  private readonly forget: (this: Socket) => void;
  private timer: NodeJS.Timeout | undefined;
  private isBeating = false;
  private stopped = false;

  constructor(private readonly settings: StreamsSettings) {
    this.caps = new StreamCaps(settings.limits);
    this.random = settings.random ?? Math.random;
    const { open, caps } = this;
    this.forget = function (): void {
      const stream = open.get(this);
      if (stream === undefined) return;
      open.delete(this);
      caps.leave(stream.origin);
      stream.closed();
    };
  }

  get size(): number {
    return this.open.size;
  }

  /** The heart beat. Does nothing after stop(). */
  start(): void {
    if (!this.stopped) {
      this.timer ??= setInterval(() => this.beat(), timerMs(this.settings.heartBeatInterval));
    }
  }

  /** For ever: tells every client, and those still to come, to come back at a moment of its own. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    for (const stream of this.open.values()) stream.sendAway(this.momentWithin(0));
    // A reader that is stuck would hold the end up.
    setTimeout(() => this.dropAll(), this.settings.farewell ?? FAREWELL_MS).unref();
  }

  /**
   * Sends the headers, or 503 where there are too many streams.
   * @returns undefined when there is no stream: refused, only its headers asked for, sent away, gone
   */
  async begin(
    request: IncomingMessage,
    response: GroupedResponse,
    count: StreamCount,
  ): Promise<SseStream | undefined> {
    // The client may have gone while its SDK was looked up. A place is taken by none that only waits:
    // who sends a hundred requests at once, or half a body, would hold them all unseen.
    if (response.destroyed || !(await hasTurn(request, response))) return undefined;
    // A client that knows no chunks reads to the end of the connection.
    const isChunked = request.httpVersion !== '1.0';
    const headers = [...HEADERS, isChunked ? 'keep-alive' : 'close'];
    if (request.method === 'HEAD' || this.stopped) {
      send(response, 200, headers, this.stopped ? `retry: ${this.momentWithin(0)}\n\n` : '');
      return undefined;
    }
    const origin = this.caps.enter(request.socket.remoteAddress ?? '');
    if (origin === undefined) {
      sendText(response, 503, 'too many open streams', ['Retry-After', RETRY_AFTER_SECONDS]);
      return undefined;
    }
    response.writeHead(200, allHeaders(response, headers));
    // Without the empty line that ends a message: it begins the first one.
    response.write(`retry: ${this.momentWithin(RETURN_AFTER_MS)}\n`);
    const socket = detachSocket(response);
    if (socket === undefined) {
      this.caps.leave(origin);
      return undefined;
    }
    const stream = new SseStream({ socket, isChunked, count, origin });
    this.open.set(socket, stream);
    socket.on('close', this.forget);
    if (this.stopped) stream.sendAway(this.momentWithin(0));
    return stream;
  }

  private beat(): void {
    // Where one beat takes longer than the time between two, the next one has no work left.
    if (this.isBeating) return;
    this.isBeating = true;
    this.settings.slices.start(this.beatEach());
  }

  private *beatEach(): SlicedWork {
    const stuckBefore = performance.now() - (this.settings.stuck ?? STUCK_MS);
    for (const stream of this.open.values()) {
      if ((stream.stuckSince ?? Infinity) <= stuckBefore) stream.drop();
      else stream.ping();
      yield;
    }
    this.isBeating = false;
  }

  private dropAll(): void {
    for (const stream of this.open.values()) stream.drop();
  }

  /** Milliseconds at random, at least that many. */
  private momentWithin(least: number): number {
    return Math.round(least + this.random() * (RETURN_WITHIN_MS - least));
  }
}
