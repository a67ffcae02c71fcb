import type { ConfigJson, SegmentJson } from '../evaluation/config-json.js';
import { changeOf, type Change } from './change.js';
import { conditionsOf, type Condition } from './condition.js';
import { isSurelyEqual } from './equal-json.js';
import { readingsOf, segmentLabel, type Reading } from './reading.js';
import { definitionChange, segmentCreated, segmentDeleted } from './definition-change.js';

/** What became of the segments of a config: one change a name, in the order of names. */
export function configSegmentChanges(before: ConfigJson, after: ConfigJson): Change[] {
  if (isSurelyEqual(before.s, after.s)) return [];
  const [old, recent] = readingsOf(before, after);
  const oldSegments = byName(before.s, old);
  const newSegments = byName(after.s, recent);
  const names = [...new Set([...oldSegments.keys(), ...newSegments.keys()])].toSorted();
  return names.flatMap((name) => {
    const sentences = segmentSentences(
      name,
      oldSegments.get(name) ?? [],
      newSegments.get(name) ?? [],
    );
    return changeOf('segment', name, sentences) ?? [];
  });
}

/** The conditions of each segment of a name, of which there should be one. */
type Definitions = ReadonlyArray<readonly Condition[]>;

function byName(
  segments: readonly SegmentJson[] | null | undefined,
  reading: Reading,
): Map<string, Array<readonly Condition[]>> {
  const definitions = new Map<string, Array<readonly Condition[]>>();
  for (const { n, r } of segments ?? []) {
    const conditions = conditionsOf(
      r?.map((u) => ({ u })),
      reading,
    );
    const others = definitions.get(n);
    if (others) others.push(conditions);
    else definitions.set(n, [conditions]);
  }
  return definitions;
}

function* segmentSentences(
  name: string,
  before: Definitions,
  after: Definitions,
): Iterable<string> {
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const segment = segmentLabel({ name, ordinal: i + 1 });
    const [old, recent] = [before[i], after[i]];
    if (old && recent) yield* definitionChange(segment, old, recent);
    else if (recent) yield segmentCreated(segment, recent);
    else if (old) yield segmentDeleted(segment, old);
  }
}
