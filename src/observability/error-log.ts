/** The part of Nest's Logger that this needs. */
export interface ErrorSink {
  error(message: string): void;
}

const REPEAT_INTERVAL_MS = 10_000;
/** Messages can differ in a name from outside: no more of them are remembered. */
const MAX_HELD = 1_000;

/**
 * Logs what went wrong, but a thing that goes wrong ten times a second only every ten seconds, with
 * how often it did.
 */
export class ErrorLog {
  private readonly held = new Map<string, { until: number; count: number }>();

  constructor(
    private readonly sink: ErrorSink,
    private readonly describe: (error: unknown) => string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Bound, so that it can be handed on. */
  readonly report = (error: unknown): void => {
    const message = this.describe(error);
    const now = this.now();
    const held = this.held.get(message);
    if (held !== undefined && now < held.until) {
      held.count += 1;
      return;
    }
    const repeated =
      held !== undefined && held.count > 0 ? ` (${held.count} more times before)` : '';
    this.sink.error(message + repeated);
    // Anew, so that the longest silent one stands first.
    this.held.delete(message);
    this.held.set(message, { until: now + REPEAT_INTERVAL_MS, count: 0 });
    const [oldest] = this.held.keys();
    if (this.held.size > MAX_HELD && oldest !== undefined) this.held.delete(oldest);
  };

  /** How many different things it remembers. */
  get size(): number {
    return this.held.size;
  }
}
