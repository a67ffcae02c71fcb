import type { ValueJson } from '../evaluation/config-json.js';
import { valueOf, type FlagValue } from '../evaluation/evaluation.js';
import { quoted } from './shown-text.js';

const INVALID_VALUE = '<invalid value>';

/** A value as people see it: 'on' and 'off', texts quoted and cut, numbers plain. */
export function shownValue(value: FlagValue | undefined): string {
  if (value === undefined) return INVALID_VALUE;
  if (typeof value === 'boolean') return value ? "'on'" : "'off'";
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** A value of a flag of this type. */
export function shownValueOf(value: ValueJson, settingType: number): string {
  return shownValue(valueOf(value, settingType));
}

/** The one value that is set, where the type of the flag is not known. */
export function onlyValue({ b, s, i, d }: ValueJson): FlagValue | undefined {
  const values = [b, s, i, d].filter((value) => value != null);
  return values.length === 1 ? values[0] : undefined;
}
