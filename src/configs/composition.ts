import { hash } from 'node:crypto';
import type { Audience } from '../audiences/audience.js';
import type {
  ConfigJson,
  SegmentJson,
  SettingJson,
  UserConditionJson,
} from '../evaluation/config-json.js';
import { clearCondition } from '../segments/condition-json.js';
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

/** IS ONE OF nothing: what a segment is whose audience has not come yet. */
const NOBODY: UserConditionJson = { a: 'Identifier', c: 0, l: [] };

/** A segment of the composed config that stands for an audience. */
export interface PlacedSegment {
  readonly segment: Segment;
  readonly audience: Audience;
}

export interface Composition {
  /**
   * The config as it evaluates here: values that SDKs may not see are in clear, and audience segments
   * have no conditions yet, since those hold members.
   */
  readonly config: ConfigJson;
  /** Those that stand for an audience, by index in config.s. */
  readonly placed: ReadonlyMap<number, PlacedSegment>;
  /** Stored ones that do not, in the same way. */
  readonly conditioned: ReadonlyMap<number, Segment>;
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
  const conditioned = new Map<number, Segment>();
  placeOverlays(ingredients, segments, { placed, conditioned });
  const flags = audienceFlags(ingredients, segments, placed);
  const preferences = base?.config.p;
  const salt = preferences?.s ?? ingredients.salt;
  const isUntouched =
    placed.size === 0 && conditioned.size === 0 && Object.keys(flags).length === 0;
  const verbatim = isUntouched && (preferences?.r ?? 0) === 0 ? base?.json : undefined;
  const url = ingredients.publicUrl ?? preferences?.u ?? undefined;
  const config: ConfigJson = {
    p: { ...(url !== undefined && { u: url }), r: 0, s: salt },
    s: segments,
    f: { ...base?.config.f, ...flags },
  };
  return { config, placed, conditioned, salt, verbatim };
}

function placeOverlays(
  { segments: stored, audiences }: Ingredients,
  segments: SegmentJson[],
  {
    placed,
    conditioned,
  }: {
    readonly placed: Map<number, PlacedSegment>;
    readonly conditioned: Map<number, Segment>;
  },
): void {
  const overlays = new Map(
    stored.filter((segment) => segment.overlay).map((segment) => [segment.name, segment]),
  );
  for (const [index, { n }] of segments.entries()) {
    const segment = overlays.get(n);
    if (segment === undefined) continue;
    if (segment.audienceId === undefined) {
      segments[index] = { n, r: segment.conditions?.map(clearCondition) ?? [NOBODY] };
      conditioned.set(index, segment);
      continue;
    }
    const audience = audiences.get(segment.audienceId);
    if (audience === undefined) continue;
    segments[index] = { n, r: [] };
    placed.set(index, { segment, audience });
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
    const audience =
      segment.audienceId === undefined ? undefined : audiences.get(segment.audienceId);
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
