import { Comparator } from '../../src/evaluation/comparator.js';
import type {
  ConfigJson,
  RuleJson,
  SegmentJson,
  SettingJson,
  UserConditionJson,
} from '../../src/evaluation/config-json.js';
import { hashedItems, hashedSliceItems } from '../../src/evaluation/hashed-items.js';

export const SALT = 'bench-salt=';

/** The key of the flag in the contests over one flag. */
export const KEY = 'benchFlag';

/** A text flag with these rules; each rule serves its own number. */
export function flag(conditions: readonly UserConditionJson[]): SettingJson {
  return { ...off(), r: conditions.map((u, i) => ({ c: [{ u }], ...serve(`rule ${i}`) })) };
}

export function off(): SettingJson {
  return { t: 1, v: { s: 'off' }, i: 'ffffffff' };
}

export function serve(text: string): RuleJson {
  return { s: { v: { s: text }, i: text } };
}

export function config(
  flags: Readonly<Record<string, SettingJson>>,
  segments: readonly SegmentJson[] = [],
): ConfigJson {
  return { p: { u: 'http://127.0.0.1', r: 0, s: SALT }, s: segments, f: flags };
}

export function emails(count: number, domain = 'example.com'): string[] {
  return Array.from({ length: count }, (_, i) => `user-${i}@${domain}`);
}

export function oneOf(values: readonly string[], a = 'Email'): UserConditionJson {
  return { a, c: Comparator.isOneOf, l: values };
}

export function hashedOneOf(values: readonly string[]): UserConditionJson {
  const l = hashedItems(values, { salt: SALT, context: KEY });
  return { a: 'Email', c: Comparator.hashedIsOneOf, l };
}

export function hashedStartsWith(values: readonly string[]): UserConditionJson {
  const l = hashedSliceItems(values, { salt: SALT, context: KEY });
  return { a: 'Email', c: Comparator.hashedStartsWithAnyOf, l };
}
