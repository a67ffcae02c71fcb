import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import process from 'node:process';

/** What the least server does to tell all: write the same bytes to each socket, in one loop. */
export interface WriteLoopRequest {
  readonly kind: 'port' | 'write';
}

const FRAME = Buffer.from(
  '42\r\ndata: {"value":"stranger-1","variationId":"v_stranger_1"}\n\n\r\n',
);
const HEAD = Buffer.concat([
  Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
  FRAME,
]);

const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  socket.once('data', () => socket.write(HEAD)).resume();
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

process.on('message', (request: WriteLoopRequest) => {
  if (request.kind === 'port') {
    const address = server.address();
    process.send?.(typeof address === 'object' ? address?.port : undefined);
    return;
  }
  const start = Number(process.hrtime.bigint()) / 1e6;
  for (const socket of sockets) socket.write(FRAME);
  process.send?.(start);
});
