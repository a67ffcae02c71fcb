import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What Node's HTTP server listens for on a connection, but for its end. */
const EVENTS_OF_HTTP = ['data', 'end', 'drain', 'error', 'timeout', 'pause', 'resume'];

/**
 * Takes a connection away from Node's HTTP server once the head of its response was written, as an
 * upgrade would: request, response and parser weigh more than the rest of a stream, which may last
 * for days. From then on whoever has the socket writes the body to it, and ends it.
 *
 * What the client still sends is not read as a request: no answer can come before the stream ends.
 *
 * @returns undefined when the client has gone meanwhile
 */
export async function detachSocket(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Socket | undefined> {
  // A request that was not read to its end takes its socket with it when the parser is let go.
  request.resume();
  if (!request.closed) await endOf(request);
  // The client may have sent it behind one that is not answered yet.
  if (response.socket === null && !request.socket.destroyed) await turnOf(response, request.socket);
  const { socket } = response;
  if (socket === null || socket.destroyed) {
    return undefined;
  }
  response.detachSocket(socket);
  letHttpGo(socket);
  // As Node does when a client goes: for the response this was the end.
  response.destroyed = true;
  response.emit('close');
  return socket;
}

function endOf(request: IncomingMessage): Promise<void> {
  // Not once() of node:events: an error is no news here.
  return new Promise((resolve) => request.once('close', resolve));
}

/** The response has its socket, or never will. */
function turnOf(response: ServerResponse, socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('socket', settle);
      socket.off('close', settle);
      resolve();
    };
    response.on('socket', settle);
    socket.on('close', settle);
  });
}

function letHttpGo(socket: Socket): void {
  for (const event of EVENTS_OF_HTTP) socket.removeAllListeners(event);
  // Node's parser reads from the handle itself until somebody else listens.
  socket.on('data', ignore).on('end', destroy).on('error', ignore).resume();
  for (const listener of socket.listeners('close').filter(isEndOfHttp)) {
    socket.removeListener('close', listener);
    listener();
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
