/** What a guess is about: rows of one flush. */
interface Row {
  readonly audienceId: number;
  readonly isMember: boolean;
}

/** Of fewer rows a right guess gains nothing that is worth a wrong one. */
const FEWEST_ROWS = 100;
/** Wrong guesses become as rare as one in so many flushes. */
const MOST_SKIPPED = 64;
/** Audiences that are remembered. */
const MOST_DOUBTS = 10_000;

/** Of an audience whose members were not all new; counted in flushes. */
interface Doubt {
  readonly skipped: number;
  left: number;
}

/**
 * Whether a flush holds nothing but members that were never seen, as in a first sync: PostgreSQL takes
 * those at two thirds of the cost, if nothing has to be looked up. A wrong guess costs what was
 * inserted in vain, so after one the audience is left alone for a flush, then for two, four, …
 */
export class NewMembersGuess {
  private readonly doubts = new Map<number, Doubt>();

  isLikely(rows: readonly Row[]): boolean {
    if (rows.length < FEWEST_ROWS || !rows.every(({ isMember }) => isMember)) return false;
    let isLikely = true;
    for (const audienceId of audienceIds(rows)) {
      const doubt = this.doubts.get(audienceId);
      if (doubt === undefined || doubt.left === 0) continue;
      doubt.left -= 1;
      isLikely = false;
    }
    return isLikely;
  }

  learn(rows: readonly Row[], wasRight: boolean): void {
    for (const audienceId of audienceIds(rows)) {
      const doubt = this.doubts.get(audienceId);
      this.doubts.delete(audienceId);
      if (wasRight) continue;
      const skipped = Math.min(MOST_SKIPPED, (doubt?.skipped ?? 0.5) * 2);
      this.doubts.set(audienceId, { skipped, left: skipped });
    }
    for (const oldest of this.doubts.keys()) {
      if (this.doubts.size <= MOST_DOUBTS) break;
      this.doubts.delete(oldest);
    }
  }
}

/** A flush mostly has long stretches of one audience. */
function audienceIds(rows: readonly Row[]): ReadonlySet<number> {
  const ids = new Set<number>();
  let last: number | undefined;
  for (const { audienceId } of rows) {
    if (audienceId !== last) ids.add(audienceId);
    last = audienceId;
  }
  return ids;
}
