import type { Audience } from '../audiences/audience.js';
import type { Definitions } from '../segments/definitions.js';

export interface View {
  readonly product: string;
  /** Whether the product sees a destination's audiences. */
  readonly sees: (audience: Audience) => boolean;
}

/** Of all definitions, those of one product. */
export function visible({ audiences, segments, salt }: Definitions, view: View): Definitions {
  return {
    audiences: new Map([...audiences].filter(([, audience]) => view.sees(audience))),
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
    [...one.audiences].every(([id, audience]) => isEqual(audience, other.audiences.get(id))) &&
    one.segments.every((segment, index) => isEqual(segment, other.segments[index]))
  );
}

/** Of flat objects of one shape. */
function isEqual<T extends object>(one: T, other: T | undefined): boolean {
  if (other === undefined) return false;
  const [values, others]: unknown[][] = [Object.values(one), Object.values(other)];
  return (values ?? []).every((value, index) => value === others?.[index]);
}
