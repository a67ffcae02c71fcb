import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What Node's HTTP server listens for on a connection, but for its end. */
const EVENTS_OF_HTTP = ['data', 'end', 'drain', 'error', 'timeout', 'pause', 'resume'];

/** Emitted by a connection that was taken away: no answer is sent on it any more. */
const DETACHED = 'detached';

/**
 * Waits until a request has come to its end, and those before it on its connection were answered.
 * What is written then is on the wire, and the connection can be taken away. A request that was not
 * read to its end would take its socket with it when the parser is let go.
 *
 * @returns false when that never happens: the client has gone, or a stream before it took the connection
 */
export async function hasTurn(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  request.resume();
  if (!request.closed) await endOf(request);
  const { socket } = request;
  if (response.socket === null && !socket.destroyed && !isDetached(socket)) {
    await turnOf(response, socket);
  }
  return response.socket !== null && !response.socket.destroyed;
}

/**
 * Takes a connection away from Node's HTTP server once the head of its response was written, as an
 * upgrade would: request, response and parser weigh more than the rest of a stream, which may last
 * for days. From then on whoever has the socket writes the body to it, and ends it. For a response
 * that has its turn.
 *
 * What the client still sends is not read as a request, nor is what it sent behind this one
 * answered: no answer can come before the stream ends.
 *
 * @returns undefined when the client has gone meanwhile
 */
export function detachSocket(response: ServerResponse): Socket | undefined {
  const { socket } = response;
  if (socket === null || socket.destroyed) {
    return undefined;
  }
  response.detachSocket(socket);
  letHttpGo(socket);
  socket.emit(DETACHED);
  // As Node does when a client goes: for the response this was the end.
  response.destroyed = true;
  response.emit('close');
  return socket;
}

function isDetached(socket: Socket): boolean {
  return socket.listeners('data').includes(ignore);
}

function endOf(request: IncomingMessage): Promise<void> {
  // Not once() of node:events: an error is no news here.
  return new Promise((resolve) => request.once('close', resolve));
}

/** The response has its socket, or never will. */
function turnOf(response: ServerResponse, socket: Socket): Promise<void> {
  // One for each request that waits.
  socket.setMaxListeners(0);
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('socket', settle);
      socket.off('close', settle).off(DETACHED, settle);
      resolve();
    };
    response.on('socket', settle);
    socket.on('close', settle).on(DETACHED, settle);
  });
}

function letHttpGo(socket: Socket): void {
  for (const event of EVENTS_OF_HTTP) socket.removeAllListeners(event);
  // Node's parser reads from the handle itself until somebody else listens.
  socket.on('data', ignore).on('end', destroy).on('error', ignore).resume();
  for (const listener of socket.listeners('close').filter(isEndOfHttp)) {
    socket.removeListener('close', listener);
    asIfGone(socket, listener);
  }
}

/**
 * What gives the parser back gives up the requests behind this one, too, and each of them destroys
 * its socket where that is still there.
 */
function asIfGone(socket: Socket, run: () => void): void {
  Reflect.defineProperty(socket, 'destroyed', { value: true, configurable: true });
  try {
    run();
  } finally {
    Reflect.deleteProperty(socket, 'destroyed');
  }
}

/** What gives the parser back. Where Node gave it another name, that happens when the client goes. */
function isEndOfHttp(listener: { readonly name: string }): listener is () => void {
  return listener.name === 'bound socketOnClose';
}

/** An error is followed by the end, which is what matters. */
function ignore(): void {}

/** Half a connection is none: nobody who closed theirs is waiting for us. */
function destroy(this: Socket): void {
  this.destroy();
}
