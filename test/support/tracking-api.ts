import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { isJsonObject } from '../../src/engage/json-value.js';

/** An event as it came over the wire. */
export interface TrackedEvent {
  readonly messageId: string;
  readonly event: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly timestamp: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/** One request for events. */
export interface TrackingRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  /** Of the body, before it was inflated. */
  readonly bytes: number;
  readonly events: readonly TrackedEvent[];
}

/** What a request gets; `hang`: nothing, ever; `reset`: the connection's end; `lost`: it is taken, and nobody learns of it. */
export type TrackingAnswer =
  number | 'hang' | 'reset' | 'lost' | { readonly status: number; readonly retryAfter: string };

/**
 * A Tracking API as Segment's, on loopback: takes events, one or in batches, and keeps what it
 * answered 200 for, once a message id as Segment does.
 */
export class TrackingApi {
  /** All that came, whatever was answered. */
  readonly requests: TrackingRequest[] = [];
  private readonly taken = new Map<string, TrackedEvent>();
  private readonly next: TrackingAnswer[] = [];
  private usual: TrackingAnswer = 200;
  private body = '{"success":true}';
  private isBad: (event: TrackedEvent) => boolean = () => false;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async start(port = 0): Promise<TrackingApi> {
    const api = new TrackingApi();
    await new Promise<void>((resolve) => api.server.listen(port, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('it does not listen');
    return address.port;
  }

  /** What it keeps, in the order of their coming. */
  get events(): readonly TrackedEvent[] {
    return [...this.taken.values()];
  }

  /** The next requests get these answers, one each; those after them the usual one. */
  answerNext(...answers: readonly TrackingAnswer[]): void {
    this.next.push(...answers);
  }

  /** What stands in an answer of 200. */
  answerBody(body: string): void {
    this.body = body;
  }

  /** Requests with an event that this is true of get 400, whatever else was said. */
  refuse(isBad: (event: TrackedEvent) => boolean): void {
    this.isBad = isBad;
  }

  /** What requests get that nothing else was said of. */
  answerAlways(answer: TrackingAnswer): void {
    this.usual = answer;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(events: readonly TrackedEvent[]): void {
    for (const event of events) {
      if (!this.taken.has(event.messageId)) this.taken.set(event.messageId, event);
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', '*');
    if (request.method !== 'POST') {
      response.end();
      return;
    }
    const body = Buffer.concat(chunks);
    const events = eventsOf(body, request.headers['content-encoding']);
    const { authorization } = request.headers;
    this.requests.push({ path: request.url ?? '', authorization, bytes: body.length, events });
    const answer = events.some(this.isBad) ? 400 : (this.next.shift() ?? this.usual);
    this.answer(answer, response, events);
  }

  private answer(
    answer: TrackingAnswer,
    response: ServerResponse,
    events: readonly TrackedEvent[],
  ): void {
    if (answer === 200 || answer === 'lost') this.take(events);
    if (answer === 'hang' || answer === 'lost') return;
    if (answer === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    const { status, retryAfter } = typeof answer === 'number' ? { status: answer } : answer;
    const headers = retryAfter === undefined ? {} : { 'Retry-After': retryAfter };
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(status === 200 ? this.body : '{}');
  }
}

function eventsOf(body: Buffer, encoding: string | undefined): TrackedEvent[] {
  const text = encoding === 'gzip' ? gunzipSync(body) : body;
  const call: unknown = JSON.parse(text.toString());
  if (!isJsonObject(call)) throw new Error('no object came');
  const batch: readonly unknown[] = Array.isArray(call['batch']) ? call['batch'] : [call];
  return batch.filter(isEvent);
}

function isEvent(event: unknown): event is TrackedEvent {
  return isJsonObject(event) && typeof event['messageId'] === 'string';
}
