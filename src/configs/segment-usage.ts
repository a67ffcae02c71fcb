import type { ConfigJson } from '../evaluation/config-json.js';
import type { Composition } from './composition.js';

/** The keys of the flags that refer to each segment, by its index; sorted. */
export function segmentUsageByIndex({
  f: flags,
}: ConfigJson): ReadonlyMap<number, readonly string[]> {
  const usage = new Map<number, string[]>();
  for (const [key, setting] of Object.entries(flags ?? {})) {
    const conditions = (setting.r ?? []).flatMap(({ c }) => c ?? []);
    for (const index of new Set(conditions.flatMap(({ s }) => s?.s ?? []))) {
      const keys = usage.get(index) ?? [];
      keys.push(key);
      usage.set(index, keys);
    }
  }
  for (const keys of usage.values()) keys.sort();
  return usage;
}

/** The same by the id of stored segments. */
export function segmentUsage({
  config,
  placed,
  conditioned,
}: Composition): ReadonlyMap<string, readonly string[]> {
  const usage = segmentUsageByIndex(config);
  const byId = new Map<string, readonly string[]>();
  for (const [index, { segment }] of placed) byId.set(segment.id, usage.get(index) ?? []);
  for (const [index, segment] of conditioned) byId.set(segment.id, usage.get(index) ?? []);
  return byId;
}
