import type { Socket } from 'node:net';
import { chunkOf, contentOf, type Frame } from './frame.js';
import type { StreamOrigin } from './stream-caps.js';
import type { StreamCount } from './stream-counts.js';

const PING = chunkOf(':\n\n');
const PING_CONTENT = contentOf(PING);
const LAST_CHUNK = '0\r\n\r\n';

export interface SseStreamParts {
  readonly socket: Socket;
  /** Of HTTP/1.1; before it, the body lasts to the end of the connection. */
  readonly isChunked: boolean;
  readonly count: StreamCount;
  readonly origin: StreamOrigin;
}

/**
 * One connection that is told of changes. There are tens of thousands of them, so it has no more
 * than it needs, and no function of its own.
 *
 * At most one frame is on its way to a reader; while it is, the newest one waits. A slow reader
 * misses what came between.
 */
export class SseStream {
  /** Called once, after the connection ended. */
  onClose: (() => void) | undefined;
  private waiting: Frame | undefined;
  /** When what is on its way began to wait for its reader; 0: nothing is on its way. */
  private stuckAt = 0;

  constructor(private readonly parts: SseStreamParts) {
    parts.count.open += 1;
  }

  get origin(): StreamOrigin {
    return this.parts.origin;
  }

  /** Since when the reader has not taken what was sent, in milliseconds of performance.now(). */
  get stuckSince(): number | undefined {
    return this.stuckAt === 0 ? undefined : this.stuckAt;
  }

  /** Does nothing once the connection ended. */
  send(frame: Frame): void {
    const { socket, isChunked, count } = this.parts;
    // Members change on while a stream that was sent away still flushes.
    if (!socket.writable) return;
    if (this.stuckAt > 0) {
      this.waiting = frame;
      return;
    }
    count.sent += 1;
    this.write(isChunked ? frame.chunk : frame.plain);
  }

  /** Not to a reader who has not taken what came before. */
  ping(): void {
    const { socket, isChunked } = this.parts;
    if (socket.writable && this.stuckAt === 0) this.write(isChunked ? PING : PING_CONTENT);
  }

  /** Ends it by telling the client when to come back, in milliseconds. */
  sendAway(retry: number): void {
    const { socket, isChunked } = this.parts;
    if (!socket.writable) return;
    const farewell = chunkOf(`retry: ${retry}\n\n`);
    this.waiting = undefined;
    socket.write(isChunked ? farewell : contentOf(farewell));
    if (isChunked) socket.write(LAST_CHUNK);
    socket.destroySoon();
  }

  /** Drops the connection. */
  drop(): void {
    this.parts.socket.destroy();
  }

  /** To be called when the socket has closed. */
  closed(): void {
    this.parts.count.open -= 1;
    this.onClose?.();
    this.onClose = undefined;
  }

  private write(bytes: Buffer): void {
    const { socket } = this.parts;
    socket.write(bytes, () => this.written());
    // Node hands it to the kernel within write() where that takes it.
    if (socket.writableLength > 0) this.stuckAt = performance.now();
  }

  private written(): void {
    if (this.stuckAt === 0 || this.parts.socket.writableLength > 0) return;
    this.stuckAt = 0;
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting !== undefined) this.send(waiting);
  }
}
