import type { ServedJson } from './config-json.js';
import { jsonText } from './json-text.js';

/** The value of a flag. */
export type FlagValue = boolean | string | number;

/**
 * What a flag serves. Built once for each outcome of a compiled config and shared by all who are
 * served it, so within one compiled config two evaluations are equal when they are identical.
 */
export interface Evaluation {
  readonly value: FlagValue;
  /** The `i` of what is served; null when it has none. */
  readonly variationId: string | null;
  /** The index of the targeting rule that served; undefined when none did. */
  readonly matchedRuleIndex: number | undefined;
  /** The index of the percentage option that served, in its rule or in the flag itself. */
  readonly matchedOptionIndex: number | undefined;
  /**
   * `{"value":…,"variationId":"…"}` as the proxy answers it, serialised once. An infinite value,
   * which a config can carry as a number too big, is written as such a number: 1e999.
   */
  readonly json: string;
}

export interface Match {
  readonly matchedRuleIndex: number | undefined;
  readonly matchedOptionIndex: number | undefined;
}

/** The outcome that serves this; undefined when the value is not of the flag's type. */
export function evaluationOf(
  served: ServedJson,
  settingType: number,
  match: Match,
): Evaluation | undefined {
  const value = valueOf(served.v, settingType);
  if (value === undefined) return undefined;
  const variationId = served.i ?? null;
  const json = `{"value":${flagValueJson(value)},"variationId":${jsonText(variationId ?? '')}}`;
  return { value, variationId, ...match, json };
}

/** The member of a wire value that fits the type of a setting; undefined when it is missing. */
export function valueOf(value: ServedJson['v'], settingType: number): FlagValue | undefined {
  switch (settingType) {
    case 0:
      return value.b ?? undefined;
    case 1:
      return value.s ?? undefined;
    case 2:
      return value.i ?? undefined;
    case 3:
      return value.d ?? undefined;
    default:
      return undefined;
  }
}

/** What JSON.parse reads as Infinity; JSON.stringify would say null, which is no value of a flag. */
const INFINITE = '1e999';

/** The value as JSON, as the proxy writes it; an infinite one is 1e999. */
export function flagValueJson(value: FlagValue): string {
  if (value === Infinity) return INFINITE;
  if (value === -Infinity) return `-${INFINITE}`;
  return typeof value === 'string' ? jsonText(value) : JSON.stringify(value);
}
