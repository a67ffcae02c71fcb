import type { RuleJson, SegmentJson, SettingJson } from './config-json.js';
import type { DerivedAttributes } from './scope.js';
import type { AudienceSegment } from './segment.js';

/** What of ours evaluating a flag may ask, also through segments and prerequisites. */
export interface Reach {
  /** Audience segments, by their index. */
  readonly audiences: ReadonlySet<number>;
  /** Derived attributes. */
  readonly derived: ReadonlySet<string>;
}

/** The config that is searched. */
export interface ReachedConfig {
  readonly segments: readonly SegmentJson[];
  readonly audiences: ReadonlyMap<number, AudienceSegment>;
  readonly derived: DerivedAttributes;
  flag(key: string): { readonly setting: SettingJson } | undefined;
}

/** What stands in a flag and its prerequisites. */
interface Found {
  readonly flags: Set<string>;
  readonly attributes: Set<string>;
  readonly segments: Set<number>;
}

/** Finds out what a flag may ask; walks prerequisites without recursion, each flag once. */
export function reachOf(key: string, config: ReachedConfig): Reach {
  const found: Found = { flags: new Set([key]), attributes: new Set(), segments: new Set() };
  // A set is walked in the order of insertion, and what is added on the way is walked, too.
  for (const flag of found.flags) addFlag(config.flag(flag)?.setting, found);
  for (const index of found.segments) {
    for (const name of attributesOf(index, config)) found.attributes.add(name);
  }
  return {
    audiences: new Set([...found.segments].filter((index) => config.audiences.has(index))),
    derived: new Set([...found.attributes].filter((name) => config.derived.has(name))),
  };
}

function addFlag(setting: SettingJson | undefined, found: Found): void {
  found.attributes.add(setting?.a ?? 'Identifier');
  for (const rule of setting?.r ?? []) addRule(rule, found);
}

function addRule(rule: RuleJson, { flags, attributes, segments }: Found): void {
  for (const { u, p, s } of rule.c ?? []) {
    if (u) attributes.add(u.a);
    if (p) flags.add(p.f);
    if (s) segments.add(s.s);
  }
}

/** The attributes of a segment: of an audience its own, whatever conditions stand in the JSON. */
function attributesOf(index: number, { segments, audiences }: ReachedConfig): readonly string[] {
  const audience = audiences.get(index);
  if (audience) return [audience.attribute];
  return (segments[index]?.r ?? []).map(({ a }) => a);
}
