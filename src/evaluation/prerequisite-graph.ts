import type { SettingJson } from './config-json.js';

/** The keys of the flags whose values a flag's conditions may ask for, each once. */
export function prerequisitesOf(setting: SettingJson): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const rule of setting.r ?? []) {
    for (const condition of rule.c ?? []) if (condition.p) keys.add(condition.p.f);
  }
  return keys;
}

/**
 * The flags that may take more than `depth` flags on top of one another to decide, or that can
 * reach a cycle: the keys that are left when flags are taken away whose prerequisites are gone,
 * level by level.
 */
export function deepFlags(
  settings: ReadonlyMap<string, SettingJson>,
  depth: number,
): ReadonlySet<string> {
  const dependents = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const [key, setting] of settings) {
    const prerequisites = [...prerequisitesOf(setting)].filter((other) => settings.has(other));
    open.set(key, prerequisites.length);
    for (const other of prerequisites) {
      const others = dependents.get(other) ?? [];
      others.push(key);
      dependents.set(other, others);
    }
  }
  let level = [...open].filter(([, count]) => count === 0).map(([key]) => key);
  for (let i = 0; i < depth && level.length > 0; i++) {
    level = level.flatMap((key) => takeAway(key, dependents, open));
  }
  return new Set(open.keys());
}

/** Takes a flag away; answers those that have no prerequisite any more. */
function takeAway(
  key: string,
  dependents: ReadonlyMap<string, readonly string[]>,
  open: Map<string, number>,
): string[] {
  open.delete(key);
  return (dependents.get(key) ?? []).filter((dependent) => {
    const count = (open.get(dependent) ?? 0) - 1;
    open.set(dependent, count);
    return count === 0;
  });
}
