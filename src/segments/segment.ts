import type { Delivery, SegmentDefinition } from './segment-definition.js';
import { isAudienceDefinition, type ConditionDefinition } from './segment-definition.js';
import { fullCondition } from './simple-condition.js';

/** A named condition of a product, as configs are composed of it. */
export interface Segment {
  readonly id: string;
  readonly product: string;
  readonly name: string;
  /** The audience it stands for; undefined: it stands for none, or for one that has not come yet. */
  readonly audienceId: number | undefined;
  readonly delivery: Delivery;
  /** All of which must be met; undefined: it stands for an audience. */
  readonly conditions: readonly ConditionDefinition[] | undefined;
  readonly overlay: boolean;
  readonly version: number;
}

/** The conditions of a definition; undefined where it is an audience. */
export function conditionsOf(
  definition: SegmentDefinition,
): readonly ConditionDefinition[] | undefined {
  if (isAudienceDefinition(definition)) return undefined;
  return 'conditions' in definition ? definition.conditions : [fullCondition(definition)];
}
