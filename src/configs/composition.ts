import { hash } from 'node:crypto';
import type { Audience } from '../audiences/audience.js';
import type { ConfigJson, SegmentJson, SettingJson } from '../evaluation/config-json.js';
import type { Segment } from '../segments/segment.js';
import type { BaseConfig } from './base-config.js';

/** What one SDK id's config is made of, besides who is in the audiences. */
export interface Ingredients {
  readonly base: BaseConfig | undefined;
  /** The segments of the SDK's product, oldest first. */
  readonly segments: readonly Segment[];
  /** The audiences that the product sees. */
  readonly audiences: ReadonlyMap<number, Audience>;
  readonly audienceFlags: boolean;
  /** Salts the hashes when the base has no salt of its own. */
  readonly salt: string;
  /** Without a trailing slash; undefined: the base's. */
  readonly publicUrl: string | undefined;
}

/** A segment of the composed config that stands for an audience. */
export interface PlacedSegment {
  readonly segment: Segment;
  readonly audience: Audience;
}

export interface Composition {
  /** The config, but that audience segments have no conditions yet: those hold members. */
  readonly config: ConfigJson;
  /** By index in config.s. */
  readonly placed: ReadonlyMap<number, PlacedSegment>;
  readonly salt: string;
  /** The base's bytes serve as they are: nothing of ours is in it, and it redirects nobody. */
  readonly verbatim: string | undefined;
}

/**
 * Puts segments and audience flags into a base config (contracts/evaluation.md, 3). The base's
 * segments keep their places, since they are referred to by index.
 */
export function compose(ingredients: Ingredients): Composition {
  const { base } = ingredients;
  const segments: SegmentJson[] = [...(base?.config.s ?? [])];
  const placed = new Map<number, PlacedSegment>();
  placeOverlays(ingredients, segments, placed);
  const flags = audienceFlags(ingredients, segments, placed);
  const preferences = base?.config.p;
  const salt = preferences?.s ?? ingredients.salt;
  const isUntouched = placed.size === 0 && Object.keys(flags).length === 0;
  const verbatim = isUntouched && (preferences?.r ?? 0) === 0 ? base?.json : undefined;
  const url = ingredients.publicUrl ?? preferences?.u ?? undefined;
  const config: ConfigJson = {
    p: { ...(url !== undefined && { u: url }), r: 0, s: salt },
    s: segments,
    f: { ...base?.config.f, ...flags },
  };
  return { config, placed, salt, verbatim };
}

function placeOverlays(
  { segments: stored, audiences }: Ingredients,
  segments: SegmentJson[],
  placed: Map<number, PlacedSegment>,
): void {
  const overlays = new Map(
    stored.filter((segment) => segment.overlay).map((segment) => [segment.name, segment]),
  );
  for (const [index, { n }] of segments.entries()) {
    const segment = overlays.get(n);
    const audience = segment && audiences.get(segment.audienceId);
    if (segment !== undefined && audience !== undefined) {
      segments[index] = { n, r: [] };
      placed.set(index, { segment, audience });
    }
  }
}

/** One flag for each audience that has a segment: its oldest. A flag of the base wins. */
function audienceFlags(
  { base, segments: stored, audiences, audienceFlags: wanted }: Ingredients,
  segments: SegmentJson[],
  placed: Map<number, PlacedSegment>,
): Record<string, SettingJson> {
  const flags: Record<string, SettingJson> = {};
  const flagged = new Set<number>();
  const indices = new Map([...placed].map(([index, { segment }]) => [segment.id, index]));
  for (const segment of wanted ? stored : []) {
    const audience = audiences.get(segment.audienceId);
    if (audience === undefined || flagged.has(audience.id)) {
      continue;
    }
    flagged.add(audience.id);
    const key = `audience_${audience.slug}`;
    if (Object.hasOwn(base?.config.f ?? {}, key)) {
      continue;
    }
    let index = indices.get(segment.id);
    if (index === undefined) {
      index = segments.push({ n: segment.name, r: [] }) - 1;
      placed.set(index, { segment, audience });
    }
    flags[key] = audienceFlag(key, index);
  }
  return flags;
}

function audienceFlag(key: string, segmentIndex: number): SettingJson {
  return {
    t: 0,
    v: { b: false },
    i: variationId(key, false),
    r: [
      { c: [{ s: { s: segmentIndex, c: 0 } }], s: { v: { b: true }, i: variationId(key, true) } },
    ],
  };
}

function variationId(key: string, value: boolean): string {
  return hash('sha1', `${key}:${value}`, 'hex').slice(0, 8);
}
