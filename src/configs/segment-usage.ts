import type { Composition } from './composition.js';

/** The flags that refer to each stored segment (by its id) in one composed config, sorted. */
export function segmentUsage({
  config,
  placed,
  conditioned,
}: Composition): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<number, string>();
  for (const [index, { segment }] of placed) ids.set(index, segment.id);
  for (const [index, segment] of conditioned) ids.set(index, segment.id);
  const usage = new Map<string, string[]>();
  for (const [key, setting] of Object.entries(config.f ?? {})) {
    const conditions = (setting.r ?? []).flatMap(({ c }) => c ?? []);
    const used = new Set(conditions.flatMap(({ s }) => (s == null ? [] : (ids.get(s.s) ?? []))));
    for (const id of used) usage.set(id, [...(usage.get(id) ?? []), key]);
  }
  return new Map([...usage].map(([id, keys]) => [id, keys.toSorted()]));
}
