import { AudienceSyncError } from '../error.js';
import { Channel } from './channel.js';
import type { Answers } from './answers.js';
import type { Order } from './order.js';
import { Roll } from './roll.js';

/** The first wait before a worker that died is replaced; it doubles while they die young. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** Older than this, a worker did not die of how it starts. */
const GROWN_UP_MS = 60_000;
/** Longer than a worker's own patience with its requests. */
const STOP_TIMEOUT_MS = 20_000;

export class WorkerStartError extends AudienceSyncError {
  readonly code = 'worker_start';
}

/** What is used of a `Worker` of node:cluster. */
export interface WorkerProcess {
  readonly process: { readonly pid?: number | undefined; kill(signal: NodeJS.Signals): boolean };
  send(message: object, callback: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  on(event: 'exit', listener: (code: number, signal: string | null) => void): unknown;
}

export interface PoolSettings {
  readonly count: number;
  /** A new process. */
  readonly fork: () => WorkerProcess;
  /** What a worker is told to begin with, by its place from 0. */
  readonly orderFor: (index: number) => Order;
  /** What workers may ask. */
  readonly serve: (channel: Channel) => void;
  readonly log: (message: string) => void;
  /** A worker has ended, by its process number. */
  readonly onEnd: (pid: number) => void;
}

interface Member {
  readonly index: number;
  readonly worker: WorkerProcess;
  readonly channel: Channel;
  readonly ended: Promise<void>;
  /** It takes connections. */
  isServing: boolean;
}

/** One worker's answer. */
export interface WorkerAnswer<T> {
  readonly index: number;
  readonly pid: number;
  /** Undefined: it did not answer in time. */
  readonly value: T | undefined;
}

/** The worker processes of a service: started, replaced when they die, and stopped together. */
export class WorkerPool {
  private readonly failed: Promise<never>;
  /** Resolves when all have said once that everything runs. */
  readonly started: Promise<void>;
  private readonly members = new Map<number, Member>();
  private readonly youngDeaths = new Map<number, number>();
  private readonly pauses = new Set<NodeJS.Timeout>();
  private readonly listening = new Roll();
  private readonly running = new Roll();
  private fail: (error: WorkerStartError) => void = () => {};
  private replaced = 0;
  private isStopping = false;

  constructor(private readonly settings: PoolSettings) {
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.started = Promise.race([this.running.full(settings.count), this.failed]);
    // Who waits for something else is told by start().
    this.started.catch(() => {});
  }

  /** Resolves when all listen. @throws WorkerStartError */
  async start(): Promise<void> {
    for (let index = 0; index < this.settings.count; index += 1) this.add(index);
    await Promise.race([this.listening.full(this.settings.count), this.failed]);
  }

  /** How many were replaced since the start. */
  get restarts(): number {
    return this.replaced;
  }

  /** Asks all; those that are being replaced have no answer. */
  async ask<K extends keyof Answers>(kind: K): Promise<readonly WorkerAnswer<Answers[K]>[]> {
    return Promise.all(
      [...this.members.values()].map(async ({ index, worker, channel }) => ({
        index,
        pid: worker.process.pid ?? 0,
        value: await channel.ask(kind).catch(() => undefined),
      })),
    );
  }

  /** Resolves when all have ended: on their own, or killed when they took too long. May be called again. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.pauses.forEach((timer) => clearTimeout(timer));
    await Promise.all(
      [...this.members.values()].map(async ({ worker, channel, ended }) => {
        channel.tell('stop');
        const timer = setTimeout(() => worker.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
        await ended;
        clearTimeout(timer);
      }),
    );
  }

  private get isServed(): boolean {
    return [...this.members.values()].some(({ isServing }) => isServing);
  }

  private add(index: number): void {
    const worker = this.settings.fork();
    const bornAt = performance.now();
    const channel = new Channel({
      // Without a callback, a message to a process that just died would be an error event.
      send: (message) => void worker.send(message, () => {}),
      onMessage: (listener) => worker.on('message', listener),
    });
    worker.on('error', () => {});
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', (code, signal) => {
        this.members.delete(index);
        // Better one that has little to serve than none.
        if (!this.isServed) this.members.forEach((member) => member.channel.tell('join'));
        this.settings.onEnd(worker.process.pid ?? 0);
        this.ended(index, { code, signal, age: performance.now() - bornAt });
        resolve();
      });
    });
    const member: Member = { index, worker, channel, ended, isServing: false };
    this.members.set(index, member);
    this.settings.serve(channel);
    channel.answer('order', () => this.settings.orderFor(index));
    // All that are there from the start listen at once, as one process does.
    channel.answer('othersServe', () => this.listening.has(index) && this.isServed);
    channel.on('listening', () => {
      member.isServing = true;
      this.listening.add(index);
    });
    channel.on('started', () => this.running.add(index));
  }

  private ended(
    index: number,
    {
      code,
      signal,
      age,
    }: { readonly code: number; readonly signal: string | null; readonly age: number },
  ): void {
    if (this.isStopping) return;
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    // What ends the first of them ends the others, too: a port in use, wrong credentials.
    if (this.running.size === 0 && signal === null && code !== 0) {
      this.fail(new WorkerStartError(`Worker ${index + 1} ended ${how} while it started.`));
      return;
    }
    const deaths = age > GROWN_UP_MS ? 0 : (this.youngDeaths.get(index) ?? 0);
    this.youngDeaths.set(index, deaths + 1);
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** deaths);
    this.settings.log(`Worker ${index + 1} ended ${how}; another starts in ${pause / 1_000} s.`);
    const timer = setTimeout(() => {
      this.pauses.delete(timer);
      this.replaced += 1;
      this.add(index);
    }, pause);
    this.pauses.add(timer);
  }
}
