import { ApiProperty } from '@nestjs/swagger';
import type { SegmentChange, StoredSegment } from '../segments/stored-segment.js';
import { DefinitionInput } from './segment-input.js';

/** A segment as ConfigCat has it, and which flags use it. Exactly one of three definitions is there. */
export class SegmentAnswer extends DefinitionInput {
  @ApiProperty({ format: 'uuid' })
  readonly segmentId: string;

  @ApiProperty()
  readonly product: string;

  @ApiProperty()
  readonly name: string;

  @ApiProperty()
  readonly description: string;

  @ApiProperty()
  readonly overlay: boolean;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt: string;

  @ApiProperty()
  readonly createdBy: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt: string;

  @ApiProperty()
  readonly updatedBy: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version: number;

  @ApiProperty({ type: [String], description: 'Keys of the flags that refer to it' })
  readonly usage: readonly string[];
}

/** One change of a segment. */
export class SegmentChangeAnswer {
  @ApiProperty()
  readonly name: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version: number;

  @ApiProperty({ type: DefinitionInput, nullable: true, description: 'Null: it was deleted' })
  readonly definition: DefinitionInput | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null: it was deleted, or long ago' })
  readonly description: string | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Null: it was deleted, or long ago' })
  readonly overlay: boolean | null;

  @ApiProperty()
  readonly changedBy: string;

  @ApiProperty({ format: 'date-time' })
  readonly changedAt: string;
}

export function segmentAnswer(segment: StoredSegment, usage: readonly string[]): SegmentAnswer {
  const { id, product, name, description, definition, overlay, version } = segment;
  return {
    segmentId: id,
    product,
    name,
    description,
    ...definition,
    overlay,
    createdAt: segment.createdAt.toISOString(),
    createdBy: segment.createdBy,
    updatedAt: segment.updatedAt.toISOString(),
    updatedBy: segment.updatedBy,
    version,
    usage,
  };
}

export function segmentChangeAnswer(change: SegmentChange): SegmentChangeAnswer {
  const { name, version, definition, description, overlay, changedBy, changedAt } = change;
  return {
    name,
    version,
    definition: definition ?? null,
    description: description ?? null,
    overlay: overlay ?? null,
    changedBy,
    changedAt: changedAt.toISOString(),
  };
}
