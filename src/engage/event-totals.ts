import { noCounts, type Counts } from './counts.js';

/** What became of all events since the process started, by destination. */
export class EventTotals {
  private readonly byDestination = new Map<string, Counts>();
  private readonly clampedByDestination = new Map<string, number>();
  private readonly rejectedByDestination = new Map<string, Map<string, number>>();
  private lastAt: number | undefined;

  /** `arrival`: milliseconds since 1970. */
  add(destinationId: string, counts: Counts, arrival: number): void {
    let totals = this.byDestination.get(destinationId);
    if (totals === undefined) {
      totals = noCounts(0);
      this.byDestination.set(destinationId, totals);
    }
    addTo(totals, counts);
    this.lastAt = Math.max(arrival, this.lastAt ?? 0);
  }

  /** By their reasons; they are among the counts, too. */
  addRejected(destinationId: string, rejections: Iterable<{ readonly reason: string }>): void {
    for (const { reason } of rejections) {
      let reasons = this.rejectedByDestination.get(destinationId);
      if (reasons === undefined) {
        reasons = new Map();
        this.rejectedByDestination.set(destinationId, reasons);
      }
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }

  /** So many events of the destination were rejected for that reason. */
  rejected(destinationId: string, reason: string): number {
    return this.rejectedByDestination.get(destinationId)?.get(reason) ?? 0;
  }

  /** Events that named a time more than an hour ahead, and counted at their arrival. */
  addClamped(destinationId: string, count: number): void {
    if (count === 0) return;
    const before = this.clampedByDestination.get(destinationId) ?? 0;
    this.clampedByDestination.set(destinationId, before + count);
  }

  get clamped(): ReadonlyMap<string, number> {
    return this.clampedByDestination;
  }

  /** When events came last, in milliseconds since 1970. */
  get lastArrival(): number | undefined {
    return this.lastAt;
  }

  get all(): ReadonlyMap<string, Readonly<Counts>> {
    return this.byDestination;
  }

  /** Of all destinations together. */
  get sum(): Readonly<Counts> {
    const sum = noCounts(0);
    for (const totals of this.byDestination.values()) addTo(sum, totals);
    return sum;
  }
}

function addTo(totals: Counts, counts: Readonly<Counts>): void {
  totals.received += counts.received;
  totals.added += counts.added;
  totals.removed += counts.removed;
  totals.unchanged += counts.unchanged;
  totals.stale += counts.stale;
  totals.skipped += counts.skipped;
  totals.rejected += counts.rejected;
  totals.erased += counts.erased;
}
