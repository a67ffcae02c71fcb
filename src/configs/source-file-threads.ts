/**
 * Of the four threads that Node has for files, names and compression, those that config files may
 * hold: files on one mount that hangs would take all of them, and with them the whole service.
 */
const MAX_THREADS = 2;

/** A few threads for whoever asks first. */
export class Threads {
  private readonly waiting: Array<() => void> = [];

  constructor(private free: number) {}

  /** What the operation gives, once there was a thread for it. It keeps the thread until it ends, if ever. */
  async lend<T>(operation: () => Promise<T>): Promise<T> {
    if (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.free -= 1;
    try {
      return await operation();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}

/** By the process, as the threads are. */
export const fileThreads = new Threads(MAX_THREADS);
