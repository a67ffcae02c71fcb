import { connect, createServer, type Server, type Socket } from 'node:net';

/** Of each connection's beginning, what `freeze` looks at: LISTEN comes first. */
const REMEMBERED_BYTES = 4_096;

/** One connection through the gate. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** The first bytes that the client sent. */
  said: string;
  /** What is sent either way is swallowed. */
  isFrozen: boolean;
}

/** A way to PostgreSQL that a test can shut or spoil: the server's address stays, as it would in earnest. */
export class Gate {
  readonly #sockets = new Set<Socket>();
  readonly #links = new Set<Link>();
  #latency = 0;
  #freezing: string | undefined;
  readonly #port: number;
  #server: Server | undefined;
  #target: URL;
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

  /** New connections go here: the server came back elsewhere. */
  retarget(url: string): void {
    this.#target = new URL(url);
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

  /** How many connections that began with this text there are, of those that are not frozen. */
  count(beginning: string): number {
    return [...this.#links].filter((link) => !link.isFrozen && link.said.includes(beginning))
      .length;
  }

  /** A black hole for the connections there are, or for those that began with this text; new ones are well. */
  freeze(beginning = ''): void {
    for (const link of this.#links) if (link.said.includes(beginning)) link.isFrozen = true;
  }

  /** The next connection that sends this text is frozen right after it. */
  freezeAfter(text: string): void {
    this.#freezing = text;
  }

  /** Breaks all connections as a router does that lost its memory. */
  reset(): void {
    for (const { client, server } of this.#links) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** The server seems to have said its last word on every connection; it is still heard out. */
  halfClose(): void {
    for (const { client } of this.#links) client.end();
  }

  /** Milliseconds that everything takes, each way. */
  delay(milliseconds: number): void {
    this.#latency = milliseconds;
  }

  #forward(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const link: Link = { client, server, said: '', isFrozen: false };
    this.#links.add(link);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (chunk) => this.#pass(chunk, link, { from, to }));
      if (this.#isStalled) from.pause();
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        this.#links.delete(link);
        to.destroy();
      });
    }
  }

  #pass(chunk: Buffer, link: Link, { from, to }: { readonly from: Socket; readonly to: Socket }) {
    if (link.isFrozen) return;
    const pass = (): void => {
      if (!link.isFrozen && to.writable) to.write(chunk);
    };
    if (this.#latency > 0) setTimeout(pass, this.#latency);
    else pass();
    if (from !== link.client) return;
    const text = chunk.toString('latin1');
    if (link.said.length < REMEMBERED_BYTES) link.said += text;
    if (this.#freezing !== undefined && text.includes(this.#freezing)) {
      link.isFrozen = true;
      this.#freezing = undefined;
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
