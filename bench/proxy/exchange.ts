import { request, type IncomingMessage } from 'node:http';

/** A request that is repeated, with one of several bodies in turn. */
export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
}

/** What bare `node:http` answers with to do as ours does. */
export interface FixedAnswer {
  readonly status: number;
  /** A flat list, without those that Node adds. */
  readonly headers: string[];
  readonly body: Uint8Array;
  /** Whether it is kept as a text. */
  readonly isText: boolean;
  readonly etag: string | undefined;
}

const OF_NODE = new Set(['date', 'connection', 'keep-alive']);

/** Asks once, with the first body. */
export function answerTo(port: number, question: Question): Promise<FixedAnswer> {
  return new Promise((resolve, reject) => {
    const { method, path, headers, bodies } = question;
    const asking = request({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
      read(answer).then(resolve, reject);
    });
    asking.on('error', reject).end(bodies[0]);
  });
}

async function read(answer: IncomingMessage): Promise<FixedAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(Buffer.from(chunk));
  const { rawHeaders } = answer;
  const headers: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (!OF_NODE.has(name.toLowerCase())) headers.push(name, value);
  }
  const isText = answer.headers['content-encoding'] === undefined;
  const { etag } = answer.headers;
  return { status: answer.statusCode ?? 0, headers, body: Buffer.concat(chunks), isText, etag };
}

/** The bytes of the request, once for each body. */
export function bytesOf({ method, path, headers, bodies }: Question): readonly Buffer[] {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\nHost: bench\r\n${lines.join('')}`;
  if (bodies.length === 0) return [Buffer.from(`${head}\r\n`)];
  return bodies.map((body) =>
    Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
  );
}
