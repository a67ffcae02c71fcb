import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { closeLostHandoffs } from './handoffs.js';

/** As node:cluster has it. */
class FakeWorker extends EventEmitter {
  readonly sent = vi.fn<(...args: unknown[]) => boolean>(() => true);
  readonly process = Object.assign(new EventEmitter(), { send: this.sent });
}

describe('a connection on its way to a worker', () => {
  let worker: FakeWorker;
  const handle = { close: vi.fn<() => void>() };
  const newConnection = { cmd: 'NODE_CLUSTER', act: 'newconn', key: ':8050', seq: 7 };

  beforeEach(() => {
    handle.close.mockClear();
    worker = new FakeWorker();
    closeLostHandoffs(worker);
  });

  it('is sent as it was', () => {
    expect(worker.process.send(newConnection, handle)).toBe(true);
    expect(worker.sent).toHaveBeenCalledWith(newConnection, handle);
  });

  it('is closed when the worker dies before it has it', () => {
    worker.process.send(newConnection, handle);
    worker.emit('exit');
    expect(handle.close).toHaveBeenCalledTimes(1);
  });

  it('is left alone once the worker has answered', () => {
    worker.process.send(newConnection, handle);
    worker.process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: 7, accepted: true });
    worker.emit('exit');
    expect(handle.close).not.toHaveBeenCalled();
  });

  it('is told from other messages, with handles or without', () => {
    worker.process.send({ cmd: 'NODE_CLUSTER', act: 'else', seq: 8 }, handle);
    worker.process.send({ id: 1, kind: 'status' });
    worker.emit('exit');
    expect(handle.close).not.toHaveBeenCalled();
  });
});
