import { setImmediate as turn } from 'node:timers/promises';
import type { SegmentJson } from '../evaluation/config-json.js';
import { servedCondition } from '../segments/condition-json.js';
import type { Segment } from '../segments/segment.js';

/** A list of 15,000 values takes some 10 ms; others get their turn between two conditions. */
const SLICE_MS = 8;

/** Segments with sensitive values as SDKs get them; each version is hashed once. */
export class HashedConditions {
  private known = new Map<string, SegmentJson>();

  /** By their index in the config. */
  async of(
    segments: readonly (readonly [index: number, segment: Segment])[],
    salt: string,
  ): Promise<ReadonlyMap<number, SegmentJson>> {
    const known = new Map<string, SegmentJson>();
    const served = new Map<number, SegmentJson>();
    for (const [index, segment] of segments) {
      const key = JSON.stringify([segment.id, segment.version, salt]);
      const json = this.known.get(key) ?? (await hashed(segment, salt));
      known.set(key, json);
      served.set(index, json);
    }
    this.known = known;
    return served;
  }
}

async function hashed({ name, conditions = [] }: Segment, salt: string): Promise<SegmentJson> {
  const r = [];
  let sliceEnd = performance.now() + SLICE_MS;
  for (const condition of conditions) {
    r.push(servedCondition(condition, { salt, segmentName: name }));
    if (performance.now() > sliceEnd) {
      await turn();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  return { n: name, r };
}
