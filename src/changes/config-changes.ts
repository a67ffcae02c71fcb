import type { ConfigJson } from '../evaluation/config-json.js';
import { changeOf, type Change } from './change.js';
import { configSegmentChanges } from './config-segment-changes.js';
import { isSurelyEqual } from './equal-json.js';
import { flagChanges, flagCreated, flagDeleted } from './flag-changes.js';
import { Flag } from './flag.js';
import { readingsOf } from './reading.js';
import { quoted } from './shown-text.js';

/**
 * What changed between two versions of a config, as sentences for people: one change a flag, then
 * one a segment, in the order of keys and names. Empty where nothing that people see differs: not
 * for another salt, for hashes made with it, or for segments in another order.
 */
export function configChanges(before: ConfigJson, after: ConfigJson): Change[] {
  return [...eachConfigChange(before, after)].flatMap((change) => change ?? []);
}

/** The same step by step, for who must not compare for long in one go: a flag or all segments a step; undefined: nothing changed in it. */
export function* eachConfigChange(
  before: ConfigJson,
  after: ConfigJson,
): Generator<Change | undefined> {
  const [old, recent] = readingsOf(before, after);
  const oldFlags = new Map(Object.entries(before.f ?? {}));
  const newFlags = new Map(Object.entries(after.f ?? {}));
  const keys = [...new Set([...oldFlags.keys(), ...newFlags.keys()])].toSorted();
  const samePointers = isSurelyEqual(old.segments, recent.segments);
  for (const key of keys) {
    const [oldJson, newJson] = [oldFlags.get(key), newFlags.get(key)];
    if (samePointers && isSurelyEqual(oldJson, newJson)) {
      yield undefined;
      continue;
    }
    const sentences = flagSentences(quoted(key), {
      before: oldJson && new Flag(oldJson, old),
      after: newJson && new Flag(newJson, recent),
    });
    yield changeOf('flag', key, sentences);
  }
  yield* configSegmentChanges(before, after);
}

function flagSentences(
  flag: string,
  { before, after }: { before: Flag | undefined; after: Flag | undefined },
): Iterable<string> {
  if (before && after) return flagChanges({ flag, before, after });
  if (after) return [flagCreated(flag, after)];
  return before ? [flagDeleted(flag, before)] : [];
}
