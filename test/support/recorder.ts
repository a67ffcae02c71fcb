import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** One request of a client, and how it was answered. */
export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly requestHeaders: IncomingHttpHeaders;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** A way to the service on which a test sees what a client sends and gets; streams flow through. */
export class Recorder {
  /** Those whose answer has begun, in the order they did. */
  readonly exchanges: Exchange[] = [];
  readonly #server = createServer((question, answer) => this.#forward(question, answer));
  readonly #target: URL;

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  /** Opens one in front of the service at `base`; closed when the test has ended. */
  static async before(base: string): Promise<Recorder> {
    const recorder = new Recorder(base);
    await new Promise<void>((resolve, reject) => {
      recorder.#server.once('error', reject);
      recorder.#server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => recorder.close());
    return recorder;
  }

  /** As the service's, by way of the recorder. */
  get base(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}`;
  }

  get statuses(): readonly number[] {
    return this.exchanges.map(({ status }) => status);
  }

  get last(): Exchange | undefined {
    return this.exchanges.at(-1);
  }

  /** Breaks all connections, and refuses new ones. May be called again. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #forward(question: IncomingMessage, answer: ServerResponse): void {
    const { method = '', url: path = '', headers: requestHeaders } = question;
    const forwarded = request(
      {
        hostname: this.#target.hostname,
        port: this.#target.port,
        method,
        path,
        headers: requestHeaders,
      },
      (response) => {
        const { statusCode: status = 0, headers } = response;
        this.exchanges.push({ method, path, requestHeaders, status, headers });
        answer.writeHead(status, response.rawHeaders);
        answer.flushHeaders();
        response.pipe(answer);
        response.on('error', () => answer.destroy());
      },
    );
    forwarded.on('error', () => answer.destroy());
    answer.on('close', () => forwarded.destroy());
    question.pipe(forwarded);
  }
}
