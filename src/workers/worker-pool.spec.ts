import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answers } from './answers.js';
import { Channel } from './channel.js';
import { WorkerPool, WorkerStartError, type WorkerProcess } from './worker-pool.js';

/** A worker in this process: its end of the pipe, and its death. */
class FakeWorker extends EventEmitter implements WorkerProcess {
  static pids = 100;
  readonly signals: string[] = [];
  readonly process = {
    pid: (FakeWorker.pids += 1),
    kill: (signal: NodeJS.Signals): boolean => this.signals.push(signal) > 0,
  };
  readonly channel: Channel;
  private readonly theirs = new EventEmitter();

  constructor() {
    super();
    this.channel = new Channel({
      send: (message) => void this.emit('message', message),
      onMessage: (listener) => this.theirs.on('message', listener),
    });
  }

  send(message: object): boolean {
    return this.theirs.emit('message', message);
  }

  end(code: number, signal: string | null = null): void {
    this.emit('exit', code, signal);
  }
}

describe('the pool of workers', () => {
  let workers: FakeWorker[];
  let lines: string[];
  let ended: number[];
  let pool: WorkerPool;
  const latest = (): FakeWorker => workers.at(-1) ?? expect.fail('there is no worker');

  beforeEach(() => {
    vi.useFakeTimers();
    [workers, lines, ended] = [[], [], []];
    pool = new WorkerPool({
      count: 2,
      fork: () => {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker;
      },
      orderFor: (index): Answers['order'] => ({
        place: { index, workers: 2 },
        port: 8_050,
        options: '',
        certificates: [],
        databaseUrl: 'postgres://db',
        instancePid: 1,
      }),
      serve: () => {},
      log: (line) => lines.push(line),
      onEnd: (pid) => ended.push(pid),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function start(): Promise<void> {
    const started = pool.start();
    workers.forEach(({ channel }) => channel.tell('listening'));
    await started;
    workers.forEach(({ channel }) => channel.tell('started'));
    await pool.started;
  }

  it('tells each its place, and starts when all listen', async () => {
    const starting = pool.start();
    expect(await workers[1]?.channel.ask('order')).toMatchObject({ place: { index: 1 } });
    workers[0]?.channel.tell('listening');
    const isOver = vi.fn<() => void>();
    void starting.then(isOver);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isOver).not.toHaveBeenCalled();
    workers[1]?.channel.tell('listening');
    await expect(starting).resolves.toBeUndefined();
  });

  it('replaces one that died, later and later while they die young', async () => {
    await start();
    const pauses: number[] = [];
    for (let death = 0; death < 12; death += 1) {
      const count = workers.length;
      latest().end(0, 'SIGSEGV');
      let waited = 0;
      while (workers.length === count) {
        waited += 100;
        await vi.advanceTimersByTimeAsync(100);
      }
      pauses.push(waited);
    }
    expect(pauses).toEqual([
      100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000,
    ]);
    expect(pool.restarts).toBe(12);
    expect(lines[0]).toBe('Worker 2 ended by SIGSEGV; another starts in 0.1 s.');
    await vi.advanceTimersByTimeAsync(61_000);
    latest().end(1);
    expect(lines.at(-1)).toBe('Worker 2 ended with code 1; another starts in 0.1 s.');
    expect(ended).toHaveLength(13);
  });

  it('gives up when a worker fails before any ever ran', async () => {
    const starting = pool.start();
    workers[0]?.end(1);
    await expect(starting).rejects.toThrow(WorkerStartError);
    await expect(pool.started).rejects.toThrow('Worker 1 ended with code 1 while it started.');
    expect(lines).toEqual([]);
  });

  it('replaces one that somebody ended while it started', async () => {
    const starting = pool.start();
    workers[0]?.end(0);
    workers[1]?.end(0, 'SIGKILL');
    await vi.advanceTimersByTimeAsync(100);
    expect(workers).toHaveLength(4);
    workers.slice(2).forEach(({ channel }) => channel.tell('listening'));
    await expect(starting).resolves.toBeUndefined();
  });

  it('lets those that are there from the start serve at once, and others wait for what they need', async () => {
    await start();
    workers[1]?.end(0, 'SIGKILL');
    await vi.advanceTimersByTimeAsync(100);
    expect(await latest().channel.ask('othersServe')).toBe(true);
  });

  it('tells those that wait to serve when nobody else does any more', async () => {
    await start();
    workers[1]?.end(0, 'SIGKILL');
    await vi.advanceTimersByTimeAsync(100);
    const waiting = latest();
    const join = vi.fn<() => void>();
    waiting.channel.on('join', join);
    expect(join).not.toHaveBeenCalled();
    workers[0]?.end(0, 'SIGKILL');
    await vi.advanceTimersByTimeAsync(100);
    expect(join).toHaveBeenCalledTimes(1);
    expect(await latest().channel.ask('othersServe')).toBe(false);
  });

  it('has no worker wait before it has served once', async () => {
    const starting = pool.start();
    workers[0]?.channel.tell('listening');
    expect(await workers[1]?.channel.ask('othersServe')).toBe(false);
    workers[1]?.channel.tell('listening');
    await starting;
  });

  it('asks all, and says who did not answer', async () => {
    await start();
    workers[0]?.channel.answer('readiness', () => ['memberships']);
    workers[1]?.channel.answer('readiness', () => new Promise(() => {}));
    const answers = pool.ask('readiness');
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await answers).map(({ value }) => value)).toEqual([['memberships'], undefined]);
  });

  it('stops all, and kills those that take too long', async () => {
    await start();
    const [good, hung] = workers;
    good?.channel.on('stop', () => good.end(0));
    const stopped = pool.stop();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(good?.signals).toEqual([]);
    expect(hung?.signals).toEqual(['SIGKILL']);
    hung?.end(0, 'SIGKILL');
    await expect(stopped).resolves.toBeUndefined();
    await pool.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers).toHaveLength(2);
  });
});
