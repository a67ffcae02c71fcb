import type { ServerResponse } from 'node:http';
import type { GroupedResponse } from './response.js';

/** Clients that are told to come back spread over this time, so that they don't all come at once. */
const RETURN_WITHIN_MS = 5_000;
/** What a reader may leave unread before it is taken for dead. */
const MAX_UNREAD_BYTES = 1_048_576;

const HEADERS = [
  'Content-Type',
  'text/event-stream',
  'Cache-Control',
  'no-cache',
  'Connection',
  'keep-alive',
  'X-Accel-Buffering',
  'no',
];

/** Open SSE connections: their headers, frames, heart beat and end. */
export class Streams {
  private readonly open = new Set<ServerResponse>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    /** Milliseconds between comment pings. */
    private readonly heartBeatInterval: number,
    private readonly random: () => number = Math.random,
  ) {}

  get size(): number {
    return this.open.size;
  }

  /** The heart beat. Does nothing after stop(). */
  start(): void {
    if (!this.stopped) {
      this.timer ??= setInterval(() => this.beat(), this.heartBeatInterval);
    }
  }

  /** For ever: tells every client, and those still to come, to come back at a moment of its own. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    for (const response of this.open) this.sendAway(response);
    this.open.clear();
  }

  /** Sends the headers. @returns what sends a frame with this JSON; nothing once the stream ended. */
  begin(response: GroupedResponse): (json: string) => void {
    response.writeHead(200, [...(response.groupHeaders ?? []), ...HEADERS]);
    if (this.stopped) {
      this.sendAway(response);
      return () => {};
    }
    response.flushHeaders();
    this.open.add(response);
    response.on('close', () => this.open.delete(response));
    return (json) => this.write(response, `data: ${json}\n\n`);
  }

  private beat(): void {
    for (const response of this.open) this.write(response, ':\n\n');
  }

  private sendAway(response: ServerResponse): void {
    if (!response.writableEnded) {
      response.end(`retry: ${Math.round(this.random() * RETURN_WITHIN_MS)}\n\n`);
    }
  }

  private write(response: ServerResponse, frame: string): void {
    // Members change on while a stream that was sent away still flushes.
    if (response.writableEnded) {
      return;
    }
    if (response.writableLength > MAX_UNREAD_BYTES) {
      response.destroy();
      return;
    }
    response.write(frame);
  }
}
