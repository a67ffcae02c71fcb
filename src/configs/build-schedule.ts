import { Buckets } from '../observability/buckets.js';

/** Changes gather for this long: a batch of Segment's comes in several flushes. */
const GATHER_MS = 50;
/** The share of a core that builds may take is one in so many. */
const REST_FACTOR = 10;
const RETRY_MS = 1_000;
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Awaits an answer from elsewhere on behalf of a build. That is no time of a core of ours, so the
 * rest after the build does not count it: a slow PostgreSQL would hold changes up ten times as long.
 */
export type AwaitElsewhere = <T>(answer: Promise<T>) => Promise<T>;

/** Runs a build after changes: soon, never two at a time, and never so often that builds crowd out serving. */
export class BuildSchedule {
  /** How long builds took, without those that failed. */
  readonly seconds = new Buckets(SECONDS);
  private timer: NodeJS.Timeout | undefined;
  private building: Promise<void> | undefined;
  private isDue = false;
  private isStopped = false;
  private notBefore = 0;
  private waiting: Array<() => void> = [];

  constructor(
    private readonly build: (awaitElsewhere: AwaitElsewhere) => Promise<void>,
    private readonly onError: (error: unknown) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  request(): void {
    this.isDue = true;
    if (this.timer === undefined && this.building === undefined && !this.isStopped) {
      const wait = Math.max(GATHER_MS, this.notBefore - this.now());
      this.timer = setTimeout(() => this.start(), wait);
    }
  }

  /** Resolves when what was requested until now was built, or could not be; later requests are not waited for. */
  settled(): Promise<void> {
    if (this.isStopped || !this.isDue) return this.building ?? Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.building;
    this.waiting.forEach((resolve) => resolve());
  }

  private start(): void {
    const waiting = this.waiting;
    this.waiting = [];
    this.timer = undefined;
    this.isDue = false;
    this.building = this.run().finally(() => {
      this.building = undefined;
      waiting.forEach((resolve) => resolve());
      if (this.isDue) this.request();
    });
  }

  private async run(): Promise<void> {
    const start = this.now();
    let elsewhere = 0;
    try {
      await this.build(async (answer) => {
        const asked = this.now();
        try {
          return await answer;
        } finally {
          elsewhere += this.now() - asked;
        }
      });
      const end = this.now();
      this.seconds.observe((end - start) / 1_000);
      this.notBefore = end + REST_FACTOR * (end - start - elsewhere);
    } catch (error) {
      this.onError(error);
      this.isDue = true;
      this.notBefore = this.now() + RETRY_MS;
    }
  }
}
