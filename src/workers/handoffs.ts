/** What is used of a `Worker` of node:cluster. */
export interface HandedTo {
  readonly process: {
    send?: unknown;
    on(event: string, listener: (message: unknown) => void): unknown;
  };
  on(event: 'exit', listener: () => void): unknown;
}

/** A connection as the primary accepted it. */
interface Handle {
  close(): void;
}

/**
 * Closes the connections that were on their way to a worker when it died. node:cluster accepts them
 * in the primary and closes its copy when the worker says that it has its own: one that dies in
 * between never does, and the client would wait for ever. Nothing public tells of them, so this reads
 * along what the primary sends; where Node words that otherwise it sees nothing and does nothing.
 *
 * To be called before the worker gets connections.
 */
export function closeLostHandoffs(worker: HandedTo): void {
  const underWay = new Map<unknown, Handle>();
  const { send } = worker.process;
  if (typeof send !== 'function') return;
  worker.process.send = function (this: unknown, ...args: readonly unknown[]): unknown {
    const [message, handle] = args;
    const seq = fieldOf(message, 'act') === 'newconn' ? fieldOf(message, 'seq') : undefined;
    if (seq !== undefined && isHandle(handle)) underWay.set(seq, handle);
    return Reflect.apply(send, this, args);
  };
  // The worker has it, or refused it and the primary gives it to another.
  worker.process.on('internalMessage', (message) => underWay.delete(fieldOf(message, 'ack')));
  worker.on('exit', () => {
    underWay.forEach((handle) => handle.close());
    underWay.clear();
  });
}

function fieldOf(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
}

function isHandle(handle: unknown): handle is Handle {
  return typeof fieldOf(handle, 'close') === 'function';
}
