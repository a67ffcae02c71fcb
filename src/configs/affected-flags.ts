import type { ConfigJson } from '../evaluation/config-json.js';

/** These flags, and all that have one of them as a prerequisite, by however many steps. */
export function affectedFlags(
  { f: flags }: ConfigJson,
  keys: Iterable<string>,
): ReadonlySet<string> {
  const dependents = new Map<string, string[]>();
  for (const [key, { r: rules }] of Object.entries(flags ?? {})) {
    const conditions = (rules ?? []).flatMap(({ c }) => c ?? []);
    for (const { p: prerequisite } of conditions) {
      if (prerequisite == null) continue;
      dependents.set(prerequisite.f, [...(dependents.get(prerequisite.f) ?? []), key]);
    }
  }
  const affected = new Set<string>();
  const waiting = [...keys];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (affected.has(key)) continue;
    affected.add(key);
    waiting.push(...(dependents.get(key) ?? []));
  }
  return affected;
}
