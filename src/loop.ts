import { timerMs } from './longest-timer.js';

/** Shows which loops run, and the timer that each waits on; a service has one, and hands it to all its loops. */
export abstract class LoopRegistry {
  /** With each new timer, the first one after the first round. The name is one loop's only. */
  abstract show(name: string, timer: NodeJS.Timeout): void;
  /** It has stopped; may be called for one that was never shown. */
  abstract remove(name: string): void;
}

/** What a loop does and how often. */
export interface LoopOptions {
  readonly name: string;
  /** Milliseconds from the end of one round to the start of the next; asked at the end, where it is a function. */
  readonly interval: number | (() => number);
  /** A share of the interval (0 to 1) that is added or taken at random, so that replicas don't march in step. */
  readonly jitter?: number;
  /** One round. The signal is aborted by stop(). */
  readonly run: (signal: AbortSignal) => Promise<void> | void;
  /** A round that threw; the loop goes on. */
  readonly onError: (error: unknown) => void;
  readonly registry?: LoopRegistry;
  readonly random?: () => number;
}

/**
 * The one way in which this service does something again and again. Rounds never overlap; start and
 * stop may be called any number of times; stop() resolves when the running round has ended.
 */
export class Loop {
  private readonly abort = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private wakeRequested = false;
  private started = false;

  constructor(private readonly options: LoopOptions) {}

  /** Starts with a round at once. */
  start(): void {
    if (this.started || this.abort.signal.aborted) {
      return;
    }
    this.started = true;
    this.startRound();
  }

  /** A round now, or one more right after the running one. Does nothing before start() and after stop(). */
  wake(): void {
    if (!this.started || this.abort.signal.aborted) {
      return;
    }
    if (this.running !== undefined) {
      this.wakeRequested = true;
      return;
    }
    this.startRound();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    clearTimeout(this.timer);
    await this.running;
    this.options.registry?.remove(this.options.name);
  }

  private startRound(): void {
    clearTimeout(this.timer);
    this.running = this.round().finally(() => {
      this.running = undefined;
      this.next();
    });
  }

  private async round(): Promise<void> {
    try {
      await this.options.run(this.abort.signal);
    } catch (error) {
      if (!this.abort.signal.aborted) {
        this.options.onError(error);
      }
    }
  }

  private next(): void {
    if (this.abort.signal.aborted) {
      return;
    }
    if (this.wakeRequested) {
      this.wakeRequested = false;
      this.startRound();
      return;
    }
    const { jitter = 0, random = Math.random } = this.options;
    const { interval: given } = this.options;
    const interval = typeof given === 'function' ? given() : given;
    const wait = interval * (1 + jitter * (2 * random() - 1));
    this.timer = setTimeout(() => this.startRound(), timerMs(wait));
    this.options.registry?.show(this.options.name, this.timer);
  }
}
