import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to PostgreSQL that a test can shut: the server's address stays, as it would in earnest. */
export class Gate {
  readonly #sockets = new Set<Socket>();
  readonly #port: number;
  #server: Server | undefined;
  readonly #target: URL;
  #isStalled = false;

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.#target = target;
    this.#port = portOf(server);
    server.on('connection', (socket) => this.#forward(socket));
  }

  /** Opens one in front of the server that `url` names. */
  static async before(url: string): Promise<Gate> {
    return new Gate(await listening(0), new URL(url));
  }

  /** As `url` was, by way of the gate. */
  get url(): string {
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${this.#port}`;
    return url.href;
  }

  /** Breaks all connections, and refuses new ones. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      server?.close(() => resolve());
      this.#sockets.forEach((socket) => socket.destroy());
      if (server === undefined) resolve();
    });
  }

  /** Lets through again. */
  async open(): Promise<void> {
    this.#server = await listening(this.#port);
    this.#server.on('connection', (socket) => this.#forward(socket));
  }

  /** What is sent stays unanswered, on connections that seem to be fine; on new ones, too. */
  stall(): void {
    this.#isStalled = true;
    this.#sockets.forEach((socket) => socket.pause());
  }

  resume(): void {
    this.#isStalled = false;
    this.#sockets.forEach((socket) => socket.resume());
  }

  #forward(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      if (this.#isStalled) from.pause();
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listening(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
