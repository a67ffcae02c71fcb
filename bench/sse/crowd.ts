import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import process from 'node:process';

/** Clients that connect at one time. */
const CONNECTING = 100;
/** The ports of one address do not last for all, since closed ones rest for a minute. */
const ADDRESSES = 50;
const MESSAGE = Buffer.from('data: ');

export interface OpenCrowd {
  readonly kind: 'open';
  readonly port: number;
  readonly size: number;
  /** `{n}` stands for the number of the client. */
  readonly question: string;
  /** Before the base64 of the question. */
  readonly path: string;
}

export type CrowdRequest =
  | OpenCrowd
  /** Answered when so many messages came since the last answer. */
  | { readonly kind: 'await'; readonly messages: number }
  /** Answered after so many milliseconds. */
  | { readonly kind: 'listen'; readonly duration: number }
  | { readonly kind: 'close' };

export interface CrowdReply {
  /** Messages since the last answer. */
  readonly messages: number;
  /** When the last of them came, in milliseconds of the machine's monotonic clock. */
  readonly at: number;
}

/** Thousands of clients that read streams, in a process of their own. */
class Crowd {
  private readonly sockets = new Set<Socket>();
  private messages = 0;
  private at = 0;
  private awaited = Infinity;
  private onAwaited: () => void = () => {};

  async answer(request: CrowdRequest): Promise<CrowdReply> {
    if (request.kind === 'open') await this.open(request);
    else if (request.kind === 'await') await this.arrival(request.messages);
    else if (request.kind === 'listen') await delay(request.duration);
    else await this.close();
    const reply = { messages: this.messages, at: this.at };
    this.messages = 0;
    return reply;
  }

  private async open(crowd: OpenCrowd): Promise<void> {
    for (let first = 0; first < crowd.size; first += CONNECTING) {
      const count = Math.min(CONNECTING, crowd.size - first);
      await Promise.all(Array.from({ length: count }, (_, n) => this.connect(crowd, first + n)));
    }
  }

  private async connect({ port, path, question }: OpenCrowd, n: number): Promise<void> {
    const localAddress = `127.0.0.${2 + (n % ADDRESSES)}`;
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    this.sockets.add(socket);
    const data = Buffer.from(question.replaceAll('{n}', String(n))).toString('base64url');
    socket.write(
      `GET ${path}${data} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`,
    );
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('a stream was closed')));
      socket.on('data', (bytes) => {
        const came = messagesIn(bytes);
        if (came === 0) return;
        resolve();
        this.count(came);
      });
    });
  }

  private count(messages: number): void {
    this.messages += messages;
    this.at = clock();
    if (this.messages >= this.awaited) this.onAwaited();
  }

  private arrival(messages: number): Promise<void> {
    return new Promise((resolve) => {
      this.awaited = messages;
      this.onAwaited = () => {
        this.awaited = Infinity;
        resolve();
      };
      if (this.messages >= messages) this.onAwaited();
    });
  }

  private async close(): Promise<void> {
    const ends = [...this.sockets].map((socket) =>
      once(socket.removeAllListeners().resume(), 'close'),
    );
    this.sockets.forEach((socket) => socket.destroy());
    this.sockets.clear();
    await Promise.all(ends);
  }
}

function messagesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(MESSAGE); at >= 0; at = bytes.indexOf(MESSAGE, at + 1)) count += 1;
  return count;
}

function delay(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}

/** The same in all processes of a machine. */
function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

const crowd = new Crowd();
process.on('message', (request: CrowdRequest) => {
  crowd.answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
