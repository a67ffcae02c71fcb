import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How the upstream answers one request; what it leaves unanswered hangs. */
export type UpstreamScript = (request: IncomingMessage, response: ServerResponse) => void;

/** What one request asked for. */
export interface AskedConfig {
  readonly path: string;
  readonly ifNoneMatch: string | undefined;
}

/** A server in the place of ConfigCat's CDN, which answers as a test says. */
export class TestUpstream {
  /** In the order they came. */
  readonly asked: AskedConfig[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #script: UpstreamScript;

  private constructor(script: UpstreamScript) {
    this.#script = script;
    this.#server = createServer((request, response) => {
      const { url = '', headers } = request;
      this.asked.push({ path: url, ifNoneMatch: headers['if-none-match'] });
      this.#script(request, response);
    });
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(script: UpstreamScript): Promise<TestUpstream> {
    const upstream = new TestUpstream(script);
    await new Promise<void>((resolve) => {
      upstream.#server.listen(0, '127.0.0.1', resolve);
    });
    return upstream;
  }

  /** For `sdks.<id>.base_url`. */
  get url(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** From the next request on. */
  answer(script: UpstreamScript): void {
    this.#script = script;
  }

  async stop(): Promise<void> {
    this.#sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

/** 200 with this body, and 304 to whoever knows it by its ETag. */
export function config(json: string, etag?: string): UpstreamScript {
  return (request, response) => {
    const headers = etag === undefined ? {} : { etag };
    const isKnown = etag !== undefined && request.headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : 200, headers);
    response.end(isKnown ? undefined : json);
  };
}

export function status(
  code: number,
  headers: Readonly<Record<string, string>> = {},
): UpstreamScript {
  return (_request, response) => {
    response.writeHead(code, headers);
    response.end('what an upstream writes beside it');
  };
}

/** A config JSON with one text flag, `text`, of this value. */
export function textConfig(text: string, over: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'salt' },
    f: { text: { t: 1, v: { s: text }, i: `v_${text}` } },
    ...over,
  });
}
