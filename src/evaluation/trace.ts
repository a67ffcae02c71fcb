/** true, false, or why it can't be evaluated; missing where the evaluation failed before it. */
export type TraceOutcome = boolean | string;

/**
 * How a flag was decided: what was reached, in order. A part is filled while it is walked, so
 * after a failure the last parts lack their outcome.
 */
export interface FlagTrace {
  readonly key: string;
  readonly rules: RuleTrace[];
  percentage?: PercentageTrace;
}

export interface RuleTrace {
  /** How many conditions the rule has; `conditions` are those that were reached. */
  readonly conditionCount: number;
  readonly conditions: ConditionTrace[];
  /** What the rule serves: a value as text, or undefined for percentage options. */
  readonly value: string | undefined;
  outcome?: TraceOutcome;
  /** The percentage options, when the conditions were met. */
  percentage?: PercentageTrace;
}

export type ConditionTrace = UserConditionTrace | SegmentTrace | PrerequisiteTrace;

export interface UserConditionTrace {
  readonly kind: 'user';
  /** The condition in words. */
  readonly text: string;
  outcome?: TraceOutcome;
}

export interface SegmentTrace {
  readonly kind: 'segment';
  readonly text: string;
  /** The segment itself; missing when there is no user to look at. */
  segment?: {
    readonly name: string;
    readonly conditions: ConditionTrace[];
    /** Whether the user is in the segment. */
    outcome?: TraceOutcome;
  };
  outcome?: TraceOutcome;
}

export interface PrerequisiteTrace {
  readonly kind: 'prerequisite';
  readonly text: string;
  /** The prerequisite flag; without rules where it is nested too deep, or too much was told. */
  flag?: FlagTrace;
  /** The value it serves, as text. */
  value?: string;
  outcome?: TraceOutcome;
}

export interface PercentageTrace {
  readonly attribute: string;
  /** What is missing, when the options were skipped. */
  readonly missing?: 'user' | 'attribute';
  /** Where the user is, from 0 to 99. */
  readonly bucket?: number;
  /** The option that was selected: its index, its share in percent and its value as text. */
  option?: { readonly index: number; readonly share: number; readonly value: string };
}
