import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Where batches go, and what each answer must contain. */
export interface Receiver {
  readonly port: number;
  readonly path: string;
  readonly token: string;
  readonly expected: string;
}

/** The bytes of one request, head and body. */
export function requestBytes({ path, token }: Receiver, body: string): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: bench',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * Sends requests on some connections, each with one under way, until all were answered as expected.
 * Bare sockets and prepared bytes: the sender shares the cores with what is measured, and fetch took
 * as much of them as the service itself.
 */
export async function send(
  receiver: Receiver,
  requests: readonly Buffer[],
  connections: number,
): Promise<void> {
  const pending = [...requests];
  const converse = async (): Promise<void> => {
    const socket = connect({ port: receiver.port, host: '127.0.0.1', noDelay: true });
    try {
      await once(socket, 'connect');
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
        socket.write(next);
        const answer = await answerOn(socket);
        if (!answer.includes(receiver.expected)) throw new Error(answer);
      }
    } finally {
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, converse));
}

/** Counts are short: an answer comes in one piece. */
async function answerOn(socket: Socket): Promise<string> {
  const chunks: unknown[] = await once(socket, 'data');
  return String(chunks[0]);
}
