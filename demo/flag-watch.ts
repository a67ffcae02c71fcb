/** A flip that does not come within this time is one that went wrong. */
const TIMEOUT_MS = 10_000;

interface Expected {
  readonly value: boolean;
  /** On performance's clock. */
  readonly since: number;
  resolve(milliseconds: number): void;
  reject(error: Error): void;
}

/**
 * What one client shows of one flag, held against what it should show. A value that nobody expects
 * is an error of this run, whenever it comes.
 */
export class FlagWatch {
  /** Milliseconds that each expected flip took. */
  readonly times: number[] = [];
  private value: boolean | undefined;
  private expected: Expected | undefined;
  private failure: Error | undefined;

  constructor(
    readonly name: string,
    private readonly timeout = TIMEOUT_MS,
  ) {}

  /** What the client shows now; called as often as one likes. */
  show(value: boolean): void {
    if (value === this.value || this.failure !== undefined) {
      return;
    }
    this.value = value;
    if (this.expected?.value !== value) {
      this.fail(new Error(`${this.name} showed ${value} when nobody's membership made it so`));
      return;
    }
    this.expected.resolve(performance.now() - this.expected.since);
    this.expected = undefined;
  }

  /** The client can not go on. */
  fail(error: Error): void {
    this.failure ??= error;
    this.expected?.reject(this.failure);
    this.expected = undefined;
  }

  /** Resolves with the milliseconds from `since` until the client showed the value. */
  async flip(value: boolean, since: number): Promise<number> {
    const milliseconds = await this.first(value, since);
    this.times.push(milliseconds);
    return milliseconds;
  }

  /** The same for the value it begins with, which is no flip. */
  async first(value: boolean, since = performance.now()): Promise<number> {
    this.check();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<number>((resolve, reject) => {
        this.expected = { value, since, resolve, reject };
        timer = setTimeout(() => {
          const seconds = this.timeout / 1_000;
          this.fail(new Error(`${this.name} did not show ${value} within ${seconds} s`));
        }, this.timeout);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Throws what went wrong so far. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}
