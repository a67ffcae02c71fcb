import type { Audience } from '../audiences/audience.js';
import type { MembershipIndex } from '../audiences/membership-index.js';
import { compileConfig, type AudienceSegment, type CompiledConfig } from '../evaluation/compile.js';
import type { User } from '../evaluation/user.js';
import type { Composition } from './composition.js';

/** A composed config that evaluates here, with memberships asked from the index. */
export interface EvaluableConfig {
  readonly compiled: CompiledConfig;
  /** Without memberships it can't tell who gets what. */
  readonly needsMemberships: boolean;
  /**
   * The user attributes whose values are members' keys to a flag, or to any flag: a change of a
   * member can change what these users get, and nobody else.
   */
  memberAttributesOf(flagKey: string | undefined): ReadonlySet<string>;
  /**
   * The slugs of the product's audiences that the user is in, sorted; undefined until memberships
   * were loaded.
   */
  readonly slugsOf: (user: User) => readonly string[] | undefined;
}

export interface Surroundings {
  /** The audiences that the SDK's product sees. */
  readonly audiences: ReadonlyMap<number, Audience>;
  readonly membershipAttribute: string;
  readonly index: () => MembershipIndex | undefined;
}

export function evaluable(composition: Composition, surroundings: Surroundings): EvaluableConfig {
  const { audiences, membershipAttribute, index } = surroundings;
  const isMember = (audience: Audience, key: string): boolean =>
    audience.status === 'live' && (index()?.has(audience.id, key) ?? false);
  const audienceSegments = new Map<number, AudienceSegment>();
  for (const [position, { audience }] of composition.placed) {
    audienceSegments.set(position, {
      attribute: audience.attribute,
      has: (key) => isMember(audience, key),
    });
  }
  const slugsOf = (user: User): string[] => {
    const slugs: string[] = [];
    for (const audience of audiences.values()) {
      const key = memberKey(user, audience.attribute);
      if (key !== undefined && isMember(audience, key)) slugs.push(audience.slug);
    }
    return slugs.toSorted();
  };
  const compiled = compileConfig(composition.config, {
    audienceSegments,
    derivedAttributes: new Map([[membershipAttribute, slugsOf]]),
  });
  const allAttributes = new Set([...audiences.values()].map((audience) => audience.attribute));
  const attributesOf = (flagKey: string): ReadonlySet<string> => {
    if (compiled.derivedAttributesOf(flagKey).size > 0) return allAttributes;
    const positions = [...compiled.audienceSegmentsOf(flagKey)];
    return new Set(positions.flatMap((at) => composition.placed.get(at)?.audience.attribute ?? []));
  };
  const everyFlag = once(() => new Set(compiled.keys.flatMap((key) => [...attributesOf(key)])));
  return {
    compiled,
    needsMemberships:
      composition.placed.size > 0 ||
      compiled.keys.some((key) => compiled.derivedAttributesOf(key).size > 0),
    memberAttributesOf: (flagKey) => (flagKey === undefined ? everyFlag() : attributesOf(flagKey)),
    slugsOf: (user) => (index() === undefined ? undefined : slugsOf(user)),
  };
}

/** The text that a member key is compared with; undefined: the user has none. */
export function memberKey(user: User, attribute: string): string | undefined {
  const value = Object.hasOwn(user, attribute) ? user[attribute] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
