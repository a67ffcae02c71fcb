/** What the demo saw. */
export interface Findings {
  readonly members: number;
  /** Of the first sync. */
  readonly seconds: number;
  /** Milliseconds of each flip, by the way it was seen. */
  readonly ways: ReadonlyMap<string, readonly number[]>;
}

/** The last lines of a demo that went well. */
export function summary({ members, seconds, ways }: Findings): string {
  const rate = Math.round(members / seconds);
  const rows = [...ways].map(
    ([name, times]) =>
      `  ${name.padEnd(32)} ${String(times.length).padStart(3)} flips, ` +
      `median ${milliseconds(median(times))}, longest ${milliseconds(Math.max(0, ...times))}`,
  );
  return [
    'Summary',
    `  ${members.toLocaleString('en')} members in ${seconds.toFixed(1)} s: ` +
      `${rate.toLocaleString('en')} events/s, each durable when answered`,
    ...rows,
  ].join('\n');
}

/** Of no times: 0. */
export function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

export function milliseconds(time: number): string {
  return `${time.toFixed(time < 10 ? 1 : 0)} ms`;
}
