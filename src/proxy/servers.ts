import {
  createServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AudienceSyncError } from '../error.js';
import type { Certificates } from './certificates.js';
import { ProxyResponse } from './response.js';
import { SlowRequests } from './slow-requests.js';

/** Milliseconds. */
export interface ServerTimeouts {
  /** Until a client has sent its headers, and its whole request; an upload: anything more of it. */
  readonly headers: number;
  readonly request: number;
  readonly handshake: number;
  /** Between looks for clients that took too long. Node's 30 s would triple what the others say. */
  readonly check: number;
}

const TIMEOUTS: ServerTimeouts = {
  headers: 10_000,
  request: 60_000,
  handshake: 10_000,
  check: 2_500,
};
/** Longer than a load balancer's idle timeout (often 60 s), so that it is the one that closes. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** Of all headers and the URL, in which a stream's question stands. Past it 431. */
const MAX_HEADER_BYTES = 16_384;
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

export interface HttpServerSettings {
  /** With them it speaks TLS. Whoever made them starts and stops them. */
  readonly certificates?: Certificates | undefined;
  /** Whether a request may take as long as its body is. */
  readonly isUpload?: (url: string) => boolean;
  /** Over those of production; for tests. */
  readonly timeouts?: Partial<ServerTimeouts>;
}

/**
 * One HTTP/1.1 server, in the clear or over TLS. `onError` is told what went wrong on the listening
 * socket, which goes on.
 */
export class HttpServer {
  private readonly server: Server | SecureServer;
  /** Connections that no request came on yet. Node takes them for busy, and would wait for them. */
  private readonly unused = new Set<Socket>();
  /** TCP connections whose TLS handshake is not done, by the client's address. */
  private readonly shakingHands = new Map<string, Socket>();
  /** The last request of each connection, while it is answered; those before it keep the connection. */
  private readonly underWay = new Map<Socket, ServerResponse>();
  private readonly slow: SlowRequests;
  private readonly checkInterval: number;
  private closing = false;

  constructor(
    listener: RequestListener,
    private readonly onError: (error: unknown) => void,
    settings: HttpServerSettings = {},
  ) {
    const { unused, underWay } = this;
    // One function each for all of them: ten thousand streams would feel their own.
    const forgetSocket = function (this: Socket): void {
      unused.delete(this);
      // Answers that were queued behind others do not learn of their connection's end.
      underWay.delete(this);
    };
    const forgetResponse = function (this: ServerResponse): void {
      const { socket } = this.req;
      if (underWay.get(socket) === this) underWay.delete(socket);
    };
    const take: RequestListener = (request, response) => {
      unused.delete(request.socket);
      underWay.set(request.socket, response);
      response.on('close', forgetResponse);
      response.shouldKeepAlive &&= !this.closing;
      listener(request, response);
    };
    const welcome = (socket: Socket): void => {
      unused.add(socket);
      socket.on('close', forgetSocket);
    };
    const timeouts = { ...TIMEOUTS, ...settings.timeouts };
    this.slow = new SlowRequests(underWay, {
      timeout: timeouts.request,
      isUpload: settings.isUpload ?? (() => false),
    });
    const options: ServerOptions = {
      ServerResponse: ProxyResponse,
      headersTimeout: timeouts.headers,
      // Node knows one for all requests: SlowRequests has another for uploads.
      requestTimeout: 0,
      connectionsCheckingInterval: timeouts.check,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    };
    this.checkInterval = timeouts.check;
    const { certificates } = settings;
    if (certificates === undefined) {
      this.server = createServer(options, take).on('connection', welcome);
    } else {
      this.server = this.secure(certificates, options, { take, timeouts }).on(
        'secureConnection',
        welcome,
      );
    }
  }

  /** Connections with a request that is being answered. */
  get busyConnections(): number {
    return this.underWay.size;
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
        this.slow.start(this.checkInterval);
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
        this.slow.stop();
        resolve();
      });
    });
  }

  /** Ends what close() still waits for. */
  abandon(): void {
    this.server.closeAllConnections();
    this.shakingHands.forEach((socket) => socket.destroy());
  }

  private secure(
    certificates: Certificates,
    options: ServerOptions,
    { take, timeouts }: { readonly take: RequestListener; readonly timeouts: ServerTimeouts },
  ): SecureServer {
    const server = createSecureServer(
      {
        ...options,
        ...certificates.first,
        ALPNProtocols: ['http/1.1'],
        handshakeTimeout: timeouts.handshake,
        SNICallback: (name, answer) => answer(null, certificates.contextFor(name)),
      },
      take,
    );
    certificates.onChange(() => server.setSecureContext(certificates.first));
    // Node's HTTP server does not know a connection before its handshake is done.
    const { shakingHands } = this;
    server.on('connection', (socket: Socket) => {
      const address = addressOf(socket);
      shakingHands.set(address, socket);
      socket.on('close', () => shakingHands.delete(address));
    });
    server.on('secureConnection', (socket) => shakingHands.delete(addressOf(socket)));
    return server;
  }

  /** An answer whose head was written before `closing` leaves an idle connection behind. */
  private sweep(): void {
    this.server.closeIdleConnections();
    this.unused.forEach((socket) => socket.destroy());
    this.shakingHands.forEach((socket) => socket.destroy());
  }

  /** From now on answers say `Connection: close`, those to requests under way, too. */
  private letGo(): void {
    this.closing = true;
    for (const response of this.underWay.values()) {
      if (!response.headersSent) response.shouldKeepAlive = false;
    }
  }

  private connections(): Promise<number> {
    return new Promise((resolve) => {
      this.server.getConnections((error, count) => resolve(error === null ? count : 0));
    });
  }
}

/** Names a connection for as long as it lasts. */
function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
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
