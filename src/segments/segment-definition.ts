import type { ComparatorName, SimpleComparator } from './comparators.js';

/** How an audience's members reach SDKs that evaluate alone: as a hashed list, by an attribute of the user, or as fits. */
export type Delivery = 'auto' | 'list' | 'attribute';

/** What makes a user part of a segment, as it is stored and as the admin API has it. */
export type SegmentDefinition = AudienceDefinition | SimpleDefinition | ConditionsDefinition;

/** Being in an audience. */
export interface AudienceDefinition {
  readonly audience: AudienceReference;
  readonly delivery: Delivery;
}

/** By id; or by what Segment calls it, which may come later: until then nobody is in it. */
export type AudienceReference =
  { readonly id: string } | { readonly destination: string; readonly computationId: string };

/** One condition as ConfigCat's first API has it: all values are texts, lists are separated by commas. */
export interface SimpleDefinition {
  readonly comparisonAttribute: string;
  readonly comparator: SimpleComparator;
  readonly comparisonValue: string;
}

/** Several conditions, all of which must be met. */
export interface ConditionsDefinition {
  readonly conditions: readonly ConditionDefinition[];
}

export interface ConditionDefinition {
  readonly comparisonAttribute: string;
  readonly comparator: ComparatorName;
  readonly comparisonValue: ComparisonValue;
}

/** The member that the comparator takes; the others are missing. */
export interface ComparisonValue {
  readonly stringValue?: string;
  readonly doubleValue?: number;
  readonly listValue?: readonly ListItem[];
}

export interface ListItem {
  readonly value: string;
  /** For people. */
  readonly hint?: string;
}

export function isAudienceDefinition(
  definition: SegmentDefinition,
): definition is AudienceDefinition {
  return 'audience' in definition;
}
