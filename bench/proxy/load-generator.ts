import { connect } from 'node:net';
import process from 'node:process';

/** Asks a server for a while, on some connections, each with one request under way. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  readonly requests: readonly Uint8Array[];
  /** In bytes, the same for all: it is how the end of an answer is known. */
  readonly answerLength: number;
  /** How each answer begins. */
  readonly statusLine: string;
}

export interface LoadResult {
  readonly answers: number;
  readonly milliseconds: number;
}

/**
 * autocannon makes some 20,000 requests/s, fewer than the servers here answer, and would be what is
 * measured. Counting bytes is enough where all answers are equally long. It never sleeps: to wake it
 * costs a server up to a third of an answer, and the slower of two servers lets it sleep more. A
 * process of its own, told by messages.
 */
process.on('message', (load: Load) => {
  generate(load).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());

async function generate(load: Load): Promise<LoadResult> {
  const requests = load.requests.map((bytes) => Buffer.from(bytes));
  const start = performance.now();
  const end = start + load.milliseconds;
  let turn = 0;
  let isOver = false;
  const stayAwake = (): void => {
    if (!isOver) setImmediate(stayAwake);
  };
  stayAwake();
  const next = (): Buffer => requests[(turn += 1) % requests.length] ?? Buffer.alloc(0);
  const counts = await Promise.all(
    Array.from({ length: load.connections }, () => converse(load, { next, end })),
  );
  isOver = true;
  return {
    answers: counts.reduce((sum, count) => sum + count, 0),
    milliseconds: performance.now() - start,
  };
}

function converse(
  { port, answerLength, statusLine }: Load,
  { next, end }: { readonly next: () => Buffer; readonly end: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let answers = 0;
    let received = 0;
    socket.on('connect', () => socket.write(next()));
    socket.on('data', (chunk) => {
      if (received === 0 && chunk.toString('latin1', 0, statusLine.length) !== statusLine) {
        reject(new Error(`an answer begins with ${chunk.toString('latin1', 0, 40)}`));
      }
      received += chunk.length;
      if (received < answerLength) return;
      if (received > answerLength) reject(new Error(`an answer has ${received} bytes`));
      received = 0;
      answers += 1;
      if (performance.now() < end) socket.write(next());
      else socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answers));
  });
}
