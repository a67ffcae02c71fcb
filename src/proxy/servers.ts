import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AudienceSyncError } from '../error.js';

/** A client gets so long for its headers, and so long for its whole request. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than a load balancer's idle timeout (often 60 s), so that it is the one that closes. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

export class ListenError extends AudienceSyncError {
  readonly code = 'cannot_listen';
}

export interface Address {
  readonly host: string | undefined;
  readonly port: number;
}

/** One listening HTTP server. */
export class HttpServer {
  private readonly server: Server;

  constructor(listener: RequestListener) {
    this.server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      },
      listener,
    );
  }

  /** @returns the port it listens on. @throws ListenError */
  listen({ host, port }: Address): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', (cause) => {
        const where = `${host ?? '*'}:${port}`;
        const hint = 'code' in cause && cause.code === 'EADDRINUSE' ? ': another program does' : '';
        reject(new ListenError(`Can't listen on ${where}${hint} (${cause.message}).`, { cause }));
      });
      this.server.listen({ port, ...(host !== undefined && { host }) }, () => {
        resolve(portOf(this.server.address()));
      });
    });
  }

  /** No new connections; resolves when the requests under way were answered. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeIdleConnections();
    });
  }

  /** Ends what close() still waits for. */
  abandon(): void {
    this.server.closeAllConnections();
  }
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
