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
    this.add({ at: this.now(), isError: false, message });
  }

  error(message: string): void {
    this.add({ at: this.now(), isError: true, message });
  }

  /** Whether that is what was said last: what is looked at each second need not say so each second. */
  saidLast(message: string): boolean {
    return this.records.at(-1)?.message === message;
  }

  private add(record: SourceRecord): void {
    this.records = [...this.records, record].slice(-MAX_RECORDS);
    const isIll = this.records.slice(-this.errorsOfIllness).every(({ isError }) => isError);
    const wasWell = this.healthNow === 'healthy' || this.healthNow === 'degraded';
    if (isIll) this.healthNow = wasWell ? 'degraded' : 'down';
    else this.healthNow = 'healthy';
  }
}

/** As Go writes it: `Mon, 02 Jan 2006 15:04:05 UTC`. */
function rfc1123(at: Date): string {
  return at.toUTCString().replace('GMT', 'UTC');
}
