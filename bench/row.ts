/** One figure beside its reference, both from the same run. */
export interface BenchRow {
  readonly group: string;
  readonly name: string;
  readonly ours: string;
  readonly reference: string;
  /** How many times better than the reference ours is. */
  readonly ratio: number;
  /** The least ratio that is asked for. */
  readonly atLeast?: number;
  readonly unit: string;
}

/** One figure that has no reference but a bar of its own: less is better. */
export interface LimitRow {
  readonly group: string;
  readonly name: string;
  readonly ours: number;
  readonly atMost?: number;
  readonly unit: string;
}
