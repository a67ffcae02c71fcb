import { describe, expect, it } from 'vitest';
import { Channel, NoAnswerError, type Pipe } from './channel.js';

/** Two ends of one pipe in this process; what is sent goes through JSON. */
function pipes(): readonly [Pipe, Pipe] {
  const listeners: Array<(message: unknown) => void> = [];
  const end = (mine: number, others: number): Pipe => ({
    send: (message) =>
      queueMicrotask(() => listeners[others]?.(JSON.parse(JSON.stringify(message)))),
    onMessage: (listener) => {
      listeners[mine] = listener;
    },
  });
  return [end(0, 1), end(1, 0)];
}

describe('a channel between two processes', () => {
  const [ours, theirs] = pipes();
  const here = new Channel(ours);
  const there = new Channel(theirs);

  it('brings each question its own answer, in whatever order they come', async () => {
    const open: Array<(missing: readonly string[]) => void> = [];
    there.answer('readiness', () => new Promise((resolve) => void open.push(resolve)));
    const answers = Promise.all([here.ask('readiness'), here.ask('readiness')]);
    await expect.poll(() => open.length).toBe(2);
    open[1]?.(['second']);
    open[0]?.(['first']);
    expect(await answers).toEqual([['first'], ['second']]);
  });

  it('goes both ways', async () => {
    here.answer('metrics', () => [{ name: 'here' }]);
    expect(await there.ask('metrics')).toEqual([{ name: 'here' }]);
  });

  it('tells what needs no answer', async () => {
    let told = 0;
    there.on('stop', () => (told += 1));
    here.tell('stop');
    await expect.poll(() => told).toBe(1);
  });

  it('tells who asked that the answer failed, or does not come', async () => {
    there.answer('readiness', () => {
      throw new Error('no such thing');
    });
    await expect(here.ask('readiness')).rejects.toThrow('no such thing');
    there.answer('metrics', () => new Promise(() => {}));
    await expect(here.ask('metrics', 10)).rejects.toThrow(NoAnswerError);
    await expect(here.ask('order')).rejects.toThrow('has no "order"');
  });

  it('leaves messages of others alone', async () => {
    ours.send({ cmd: 'NODE_something' });
    ours.send({ id: 'text', kind: 'metrics' });
    expect(await there.ask('metrics')).toEqual([{ name: 'here' }]);
  });
});
