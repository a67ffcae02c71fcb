import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AudienceSyncError } from '../error.js';

/** A client gets so long for its headers, and so long for its whole request. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than a load balancer's idle timeout (often 60 s), so that it is the one that closes. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** A request that was sent on an idle connection just before the end still gets its answer. */
const LINGER_MS = 500;
const SWEEP_INTERVAL_MS = 25;

export class ListenError extends AudienceSyncError {
  readonly code = 'cannot_listen';
}

export interface Address {
  readonly host: string | undefined;
  readonly port: number;
}

/** One HTTP server. `onError` is told what went wrong on the listening socket, which goes on. */
export class HttpServer {
  private readonly server: Server;
  /** Connections that no request came on yet. Node takes them for busy, and would wait for them. */
  private readonly unused = new Set<Socket>();
  private readonly underWay = new Set<ServerResponse>();
  private closing = false;

  constructor(
    listener: RequestListener,
    private readonly onError: (error: unknown) => void,
  ) {
    const { unused, underWay } = this;
    // One function each for all of them: ten thousand streams would feel their own.
    const forgetSocket = function (this: Socket): void {
      unused.delete(this);
    };
    const forgetResponse = function (this: ServerResponse): void {
      underWay.delete(this);
    };
    this.server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      },
      (request, response) => {
        if (unused.delete(request.socket)) request.socket.off('close', forgetSocket);
        underWay.add(response);
        response.on('close', forgetResponse);
        response.shouldKeepAlive &&= !this.closing;
        listener(request, response);
      },
    );
    this.server.on('connection', (socket: Socket) => {
      unused.add(socket);
      socket.on('close', forgetSocket);
    });
  }

  /** @returns the port it listens on. @throws ListenError */
  listen({ host, port }: Address): Promise<number> {
    return new Promise((resolve, reject) => {
      const refuse = (cause: Error): void => reject(listenError(`${host ?? '*'}:${port}`, cause));
      this.server.once('error', refuse);
      this.server.listen({ port, ...(host !== undefined && { host }) }, () => {
        this.server.off('error', refuse);
        // Out of file handles, for one: without a listener it would end the process.
        this.server.on('error', this.onError);
        resolve(portOf(this.server.address()));
      });
    });
  }

  /**
   * Every answer is the last of its connection from now on; while there are connections, new
   * requests are answered for half a second more. Then close().
   */
  async drain(): Promise<void> {
    this.letGo();
    const end = performance.now() + LINGER_MS;
    while (performance.now() < end && (await this.connections()) > 0) {
      await delay(SWEEP_INTERVAL_MS);
    }
    await this.close();
  }

  /** No new connections; resolves when the requests under way were answered. May be called again. */
  close(): Promise<void> {
    this.letGo();
    return new Promise((resolve) => {
      const sweep = setInterval(() => this.sweep(), SWEEP_INTERVAL_MS);
      this.server.close(() => {
        clearInterval(sweep);
        resolve();
      });
    });
  }

  /** Ends what close() still waits for. */
  abandon(): void {
    this.server.closeAllConnections();
  }

  /** An answer whose head was written before `closing` leaves an idle connection behind. */
  private sweep(): void {
    this.server.closeIdleConnections();
    this.unused.forEach((socket) => socket.destroy());
  }

  /** From now on answers say `Connection: close`, those to requests under way, too. */
  private letGo(): void {
    this.closing = true;
    for (const response of this.underWay) {
      if (!response.headersSent) response.shouldKeepAlive = false;
    }
  }

  private connections(): Promise<number> {
    return new Promise((resolve) => {
      this.server.getConnections((error, count) => resolve(error === null ? count : 0));
    });
  }
}

function listenError(where: string, cause: Error): ListenError {
  const inUse = 'code' in cause && cause.code === 'EADDRINUSE';
  return new ListenError(
    inUse
      ? `Can't listen on ${where}: another program does. End it, or set another port (http.port, diag.port).`
      : `Can't listen on ${where} (${cause.message}).`,
    { cause },
  );
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
