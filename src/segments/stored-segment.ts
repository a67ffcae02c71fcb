import {
  isAudienceDefinition,
  type Delivery,
  type SegmentDefinition,
} from './segment-definition.js';
import { conditionsOf, type Segment } from './segment.js';

/** A segment as administrators see it. */
export interface StoredSegment extends SegmentDraft {
  readonly id: string;
  readonly product: string;
  readonly audienceId: number | undefined;
  readonly version: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** What administrators say of it. */
export interface SegmentDraft {
  readonly name: string;
  readonly description: string;
  readonly definition: SegmentDefinition;
  /** Takes the place of a base config's segment of the same name. */
  readonly overlay: boolean;
}

/** One change of a segment. */
export interface SegmentChange {
  readonly name: string;
  readonly version: number;
  /** Undefined: it was deleted. */
  readonly definition: SegmentDefinition | undefined;
  /** Undefined as well where it was not noted yet. */
  readonly description: string | undefined;
  readonly overlay: boolean | undefined;
  readonly changedBy: string;
  readonly changedAt: Date;
}

/** What configs are composed of. */
export interface DefinitionRow {
  readonly id: string;
  readonly product: string;
  readonly name: string;
  readonly definition: SegmentDefinition;
  readonly audience_id: string | null;
  readonly overlay: boolean;
  readonly version: number;
}

export interface SegmentRow extends DefinitionRow {
  readonly description: string;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

export function storedSegmentOf(row: SegmentRow): StoredSegment {
  return {
    id: row.id,
    product: row.product,
    name: row.name,
    description: row.description,
    definition: row.definition,
    audienceId: row.audience_id === null ? undefined : Number(row.audience_id),
    overlay: row.overlay,
    version: row.version,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

export function segmentOf(row: DefinitionRow): Segment {
  const { id, product, name, definition, overlay, version } = row;
  return {
    id,
    product,
    name,
    audienceId: row.audience_id === null ? undefined : Number(row.audience_id),
    delivery: deliveryOf(definition),
    conditions: conditionsOf(definition),
    overlay,
    version,
  };
}

/** A segment with another definition, which names this audience. */
export function segmentWith(
  { id, product, name, overlay, version }: StoredSegment,
  {
    definition,
    audienceId,
  }: { readonly definition: SegmentDefinition; readonly audienceId: number | undefined },
): Segment {
  const conditions = conditionsOf(definition);
  const delivery = deliveryOf(definition);
  return { id, product, name, audienceId, delivery, conditions, overlay, version };
}

function deliveryOf(definition: SegmentDefinition): Delivery {
  return isAudienceDefinition(definition) ? definition.delivery : 'auto';
}
