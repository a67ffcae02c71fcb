import type { Audience } from '../audiences/audience.js';
import type { Definitions } from '../segments/definitions.js';
import type { Segment } from '../segments/segment.js';

export interface View {
  readonly product: string;
  /** Whether the product sees a destination's audiences. */
  readonly sees: (audience: Audience) => boolean;
}

/** Of all definitions, those of one product. */
export function visible({ audiences, segments, salt }: Definitions, view: View): Definitions {
  const seen = new Map<number, Audience>();
  for (const [id, audience] of audiences) if (view.sees(audience)) seen.set(id, audience);
  return {
    audiences: seen,
    segments: segments.filter((segment) => segment.product === view.product),
    salt,
  };
}

/** Whether a config that is composed of either is the same: definitions are read anew with each revision. */
export function sameDefinitions(one: Definitions, other: Definitions): boolean {
  return (
    one.salt === other.salt &&
    one.audiences.size === other.audiences.size &&
    one.segments.length === other.segments.length &&
    sameAudiences(one.audiences, other.audiences) &&
    one.segments.every((segment, index) => isSameSegment(segment, other.segments[index]))
  );
}

function sameAudiences(one: Definitions['audiences'], other: Definitions['audiences']): boolean {
  for (const [id, audience] of one) if (!isEqual(audience, other.get(id))) return false;
  return true;
}

/** Each change raises the version, but that an audience comes which a segment has named. */
function isSameSegment(one: Segment, other: Segment | undefined): boolean {
  return (
    one.id === other?.id && one.version === other.version && one.audienceId === other.audienceId
  );
}

/** Of flat objects of one shape; 10,000 of them in a millisecond or two. */
function isEqual<T extends object>(one: T, other: T | undefined): boolean {
  if (one === other) return true;
  if (other === undefined) return false;
  for (const key in one) if (one[key] !== other[key]) return false;
  return true;
}
