/**
 * The wire types of config JSON v6, as they are after the load-time checks: an explicit null of
 * an optional member means missing, and what is not checked at load (ranges, references, sums)
 * is not promised here either.
 */
export interface ConfigJson {
  readonly p?: PreferencesJson | null;
  readonly s?: readonly SegmentJson[] | null;
  readonly f?: Readonly<Record<string, SettingJson>> | null;
}

export interface PreferencesJson {
  /** Base URL. */
  readonly u?: string | null;
  /** Redirect mode: 0 none, 1 should, 2 force. */
  readonly r?: number | null;
  /** Salt, used as text and never decoded. */
  readonly s?: string | null;
}

export interface SegmentJson {
  readonly n: string;
  /** Bare user conditions, joined by AND. */
  readonly r?: readonly UserConditionJson[] | null;
}

/** A value and its variation id: what a flag, a rule or a percentage option serves. */
export interface ServedJson {
  readonly v: ValueJson;
  readonly i?: string | null;
}

export interface SettingJson extends ServedJson {
  readonly t: number;
  /** The attribute percentages are computed from; `Identifier` when missing. */
  readonly a?: string | null;
  readonly r?: readonly RuleJson[] | null;
  readonly p?: readonly PercentageOptionJson[] | null;
}

export interface ValueJson {
  readonly b?: boolean | null;
  readonly s?: string | null;
  readonly i?: number | null;
  readonly d?: number | null;
}

export interface RuleJson {
  readonly c?: readonly ConditionJson[] | null;
  readonly s?: ServedJson | null;
  readonly p?: readonly PercentageOptionJson[] | null;
}

export interface PercentageOptionJson extends ServedJson {
  readonly p: number;
}

/** Exactly one member is set, or the model is invalid when the condition is reached. */
export interface ConditionJson {
  readonly u?: UserConditionJson | null;
  readonly p?: PrerequisiteConditionJson | null;
  readonly s?: SegmentConditionJson | null;
}

export interface UserConditionJson {
  readonly a: string;
  readonly c: number;
  readonly s?: string | null;
  readonly d?: number | null;
  readonly l?: readonly string[] | null;
}

export interface PrerequisiteConditionJson {
  readonly f: string;
  readonly c: number;
  readonly v: ValueJson;
}

export interface SegmentConditionJson {
  readonly s: number;
  readonly c: number;
}
