import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.js';

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** Of HTTP. */
  readonly version?: '1.0' | '1.1';
  /** Whole lines. */
  readonly headers?: readonly string[];
  /** Sent right behind the head. */
  readonly more?: string;
  /** An address of loopback that the connection comes from. */
  readonly from?: string;
}

/** One HTTP request over a socket of its own, and every byte of the answer. */
export class RawClient {
  /** Resolves when both sides have closed. */
  readonly closed: Promise<unknown>;
  #text = '';

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text: string) => (this.#text += text));
    socket.on('error', () => {});
    this.closed = once(socket, 'close');
    onTestFinished(() => void socket.destroy());
  }

  static async send(
    port: number,
    { method = 'GET', path = '/', version = '1.1', headers = [], more = '', from }: RawRequest = {},
  ): Promise<RawClient> {
    const client = new RawClient(
      connect({ port, host: '127.0.0.1', ...(from !== undefined && { localAddress: from }) }),
    );
    const head = [`${method} ${path} HTTP/${version}`, 'Host: localhost', ...headers, '', ''];
    client.socket.write(head.join('\r\n') + more);
    await once(client.socket, 'connect');
    return client;
  }

  /** All that came so far. */
  get text(): string {
    return this.#text;
  }

  /** Status line and headers. */
  get head(): string {
    return this.#text.split('\r\n\r\n', 1)[0] ?? '';
  }

  /** What came behind the head. */
  get body(): string {
    const end = this.#text.indexOf('\r\n\r\n');
    return end < 0 ? '' : this.#text.slice(end + 4);
  }

  /** The body without the marks of its chunks, as far as they are whole. */
  get content(): string {
    let content = '';
    let rest = this.body;
    for (;;) {
      const [, size = ''] = /^([0-9a-f]+)\r\n/.exec(rest) ?? [];
      const start = size.length + 2;
      const end = start + Number.parseInt(size, 16);
      if (size === '' || rest.length < end + 2) return content;
      content += rest.slice(start, end);
      rest = rest.slice(end + 2);
    }
  }

  /** Waits until the text came, having done what brings it. */
  async says(text: string, cause: () => void = () => {}): Promise<void> {
    cause();
    await eventually(() => {
      if (!this.#text.includes(text)) throw new Error(`only this came: ${this.#text}`);
    });
  }

  end(): void {
    this.socket.end();
  }

  /** Goes without a word, as a process that is killed does. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}
