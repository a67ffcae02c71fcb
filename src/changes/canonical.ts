import { isHashed } from '../evaluation/condition-text.js';
import type {
  ConditionJson,
  PercentageOptionJson,
  ServedJson,
  UserConditionJson,
  ValueJson,
} from '../evaluation/config-json.js';
import type { Reading } from './reading.js';

/**
 * A part of a config as what it says, whatever the JSON looks like: equal texts of JSON.stringify
 * say the same. Nulls are missing, segments are names, numbers are texts since JSON has no
 * Infinity, and of hashes that can't be compared only the count is left.
 */
export type Canonical = string | number | null | readonly Canonical[];

/** The THEN part of a rule, or what a flag serves by itself. */
export interface ServingJson {
  readonly s?: ServedJson | null;
  readonly p?: readonly PercentageOptionJson[] | null;
}

export function canonicalCondition({ u, p, s }: ConditionJson, reading: Reading): Canonical {
  return [
    u ? canonicalUserCondition(u, reading) : null,
    p ? [p.f, p.c, canonicalValue(p.v)] : null,
    s ? [s.c, canonicalSegment(s.s, reading)] : null,
  ];
}

/** Without variation ids. */
export function canonicalServing({ s, p }: ServingJson): Canonical {
  return [
    s ? canonicalValue(s.v) : null,
    p?.length ? p.map((option) => [option.p, canonicalValue(option.v)]) : null,
  ];
}

/** Its variation ids. */
export function canonicalIds({ s, p }: ServingJson): Canonical {
  return [s?.i ?? null, (p ?? []).map(({ i }) => i ?? null)];
}

export function canonicalValue({ b, s, i, d }: ValueJson): Canonical {
  return [textOf(b), s ?? null, textOf(i), textOf(d)];
}

function canonicalUserCondition(
  { a, c, s, d, l }: UserConditionJson,
  { comparesHashes }: Reading,
): Canonical {
  if (comparesHashes || !isHashed(c)) return [a, c, s ?? null, textOf(d), l ?? null];
  return [a, c, s == null ? null : 1, textOf(d), l?.length ?? null];
}

function canonicalSegment(index: number, { segments }: Reading): Canonical {
  const segment = segments[index];
  return segment ? [segment.name, segment.ordinal] : null;
}

function textOf(value: boolean | number | null | undefined): string | null {
  return value == null ? null : String(value);
}
