import type { SourceHealth } from './source-status.js';

const MAX_RECORDS = 5;
/** As the ConfigCat Proxy counts: two errors in a row, or a first one, mean that a source is not well. */
const ERRORS_OF_ILLNESS = 2;

interface SourceRecord {
  readonly at: Date;
  readonly isError: boolean;
  readonly message: string;
}

/** What happened last at a source, and how it is. */
export class SourceRecords {
  private records: readonly SourceRecord[] = [];
  private healthNow: SourceHealth = 'initializing';
  /** Whether there is something to serve. */
  private serves = false;

  constructor(
    private readonly errorsOfIllness: number = ERRORS_OF_ILLNESS,
    private readonly now: () => Date = () => new Date(),
  ) {}

  get health(): SourceHealth {
    return this.healthNow;
  }

  /** Oldest first. */
  get lines(): readonly string[] {
    return this.records.map(
      ({ at, isError, message }) => `${rfc1123(at)}: [${isError ? 'error' : 'ok'}] ${message}`,
    );
  }

  ok(message: string): void {
    this.serves = true;
    this.healthNow = 'healthy';
    this.add({ at: this.now(), isError: false, message });
  }

  /** What was good before is served from now on: that makes no source well. */
  fallback(message: string): void {
    this.serves = true;
    if (this.healthNow === 'down') this.healthNow = 'degraded';
    this.add({ at: this.now(), isError: false, message });
  }

  error(message: string): void {
    this.add({ at: this.now(), isError: true, message });
    const isIll = this.records.slice(-this.errorsOfIllness).every(({ isError }) => isError);
    if (!isIll) this.healthNow = 'healthy';
    else this.healthNow = this.serves ? 'degraded' : 'down';
  }

  /** Whether that is what was said last: what is looked at each second need not say so each second. */
  saidLast(message: string): boolean {
    return this.records.at(-1)?.message === message;
  }

  private add(record: SourceRecord): void {
    this.records = [...this.records, record].slice(-MAX_RECORDS);
  }
}

/** As Go writes it: `Mon, 02 Jan 2006 15:04:05 UTC`. */
function rfc1123(at: Date): string {
  return at.toUTCString().replace('GMT', 'UTC');
}
