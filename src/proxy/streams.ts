import type { ServerResponse } from 'node:http';

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

  constructor(
    /** Milliseconds between comment pings. */
    private readonly heartBeatInterval: number,
    private readonly random: () => number = Math.random,
  ) {}

  get size(): number {
    return this.open.size;
  }

  start(): void {
    this.timer ??= setInterval(() => this.beat(), this.heartBeatInterval);
  }

  /** Tells every client to come back at a moment of its own, and ends its stream. */
  stop(): void {
    clearInterval(this.timer);
    for (const response of this.open) {
      response.end(`retry: ${Math.round(this.random() * RETURN_WITHIN_MS)}\n\n`);
    }
    this.open.clear();
  }

  /** Sends the headers. @returns what sends a frame with this JSON. */
  begin(response: ServerResponse): (json: string) => void {
    response.writeHead(200, HEADERS);
    response.flushHeaders();
    this.open.add(response);
    response.on('close', () => this.open.delete(response));
    return (json) => this.write(response, `data: ${json}\n\n`);
  }

  private beat(): void {
    for (const response of this.open) this.write(response, ':\n\n');
  }

  private write(response: ServerResponse, frame: string): void {
    if (response.writableLength > MAX_UNREAD_BYTES) {
      response.destroy();
      return;
    }
    response.write(frame);
  }
}
