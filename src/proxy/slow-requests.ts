import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const TOO_SLOW = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

/** How far a request had come when it was last looked at. */
interface Progress {
  readonly response: ServerResponse;
  since: number;
  bytes: number;
}

/**
 * Ends requests whose body does not come in time, and uploads of which nothing comes for as long.
 * Looks now and then at what is under way: a timer for each request would cost all of them.
 */
export class SlowRequests {
  private readonly progress = new WeakMap<Socket, Progress>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** The last request of each connection. */
    private readonly underWay: ReadonlyMap<Socket, ServerResponse>,
    private readonly settings: {
      /** Milliseconds. */
      readonly timeout: number;
      readonly isUpload: (url: string) => boolean;
    },
  ) {}

  start(interval: number): void {
    this.timer ??= setInterval(() => this.look(), interval).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = performance.now();
    for (const [socket, response] of this.underWay) {
      const { req: request } = response;
      if (request.complete) continue;
      const known = this.progress.get(socket);
      const isAnother = known?.response !== response;
      const hasMoved =
        known?.bytes !== socket.bytesRead && this.settings.isUpload(request.url ?? '');
      if (known === undefined || isAnother || hasMoved) {
        this.progress.set(socket, { response, since: now, bytes: socket.bytesRead });
      } else if (now - known.since > this.settings.timeout) {
        end(socket, response);
      }
    }
  }
}

function end(socket: Socket, response: ServerResponse): void {
  if (!response.headersSent && socket.writable) socket.write(TOO_SLOW);
  socket.destroySoon();
}
