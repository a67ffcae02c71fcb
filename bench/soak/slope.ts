/** One measurement: when, in minutes, and how much. */
export type Sample = readonly [minutes: number, value: number];

/** How much is gained a minute, by least squares. NaN of fewer than two. */
export function slope(samples: readonly Sample[]): number {
  const count = samples.length;
  const meanX = samples.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = samples.reduce((sum, [, y]) => sum + y, 0) / count;
  const covariance = samples.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = samples.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return covariance / variance;
}
