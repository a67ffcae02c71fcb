import type { SettingJson } from './config-json.js';

/** The type of a setting without one, which the SDK knows from its local overrides. */
export const UNTYPED = -1;

/**
 * Whether a setting has a type that can be evaluated. One without type may have neither rules nor
 * percentages, and is found invalid only when its value is looked at, as in the SDK.
 */
export function hasSettingType({ t, r, p }: SettingJson): boolean {
  return (t >= 0 && t <= 3) || (t === UNTYPED && !r?.length && !p?.length);
}
