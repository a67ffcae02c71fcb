import { IsListItems } from './is-list-items.js';
import {
  Allow,
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  COMPARATOR_NAMES,
  SIMPLE_COMPARATORS,
  type ComparatorName,
} from '../segments/comparators.js';
import { MAX_LIST_ITEMS, MAX_VALUE_LENGTH } from '../segments/definition-check.js';

export const MAX_NAME = 255;
const MAX_DESCRIPTION = 65_535;
const MAX_CONDITIONS = 100;
const DELIVERIES = ['auto', 'list', 'attribute'] as const;

/** One value of a list. */
export class ListItemInput {
  @ApiProperty({ maxLength: MAX_VALUE_LENGTH })
  readonly value: string;

  @ApiPropertyOptional({ maxLength: MAX_NAME, description: 'For people' })
  readonly hint?: string;
}

/** The one member that the comparator takes. */
export class ComparisonValueInput {
  @ApiPropertyOptional({ maxLength: MAX_VALUE_LENGTH })
  @IsOptional()
  @IsString()
  readonly stringValue?: string;

  @ApiPropertyOptional({ description: 'Dates: seconds since 1970' })
  @IsOptional()
  @IsNumber()
  readonly doubleValue?: number;

  @ApiPropertyOptional({ type: [ListItemInput], maxItems: MAX_LIST_ITEMS })
  @IsOptional()
  @IsListItems()
  readonly listValue?: readonly ListItemInput[];
}

export class ConditionInput {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME })
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NAME)
  readonly comparisonAttribute: string;

  @ApiProperty({ enum: COMPARATOR_NAMES })
  @IsIn(COMPARATOR_NAMES)
  readonly comparator: ComparatorName;

  @ApiProperty({ type: ComparisonValueInput })
  @IsObject()
  @ValidateNested()
  @Type(() => ComparisonValueInput)
  readonly comparisonValue: ComparisonValueInput;
}

/** By id, or by what Segment calls it: then it may come later. */
export class AudienceInput {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  readonly id?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  readonly destination?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(1_024)
  readonly computationId?: string;
}

/** What makes a user part of a segment: a comparison, or several, or an audience. */
export class DefinitionInput {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: MAX_NAME,
    description: 'Identifier, Email, Country, or custom',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NAME)
  readonly comparisonAttribute?: string;

  @ApiPropertyOptional({ enum: SIMPLE_COMPARATORS })
  @IsOptional()
  @IsString()
  readonly comparator?: string;

  @ApiPropertyOptional({ maxLength: MAX_VALUE_LENGTH, description: 'Lists: separated by commas' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_VALUE_LENGTH)
  readonly comparisonValue?: string;

  @ApiPropertyOptional({
    type: [ConditionInput],
    minItems: 1,
    maxItems: MAX_CONDITIONS,
    description: 'All must be met',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_CONDITIONS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ConditionInput)
  readonly conditions?: readonly ConditionInput[];

  @ApiPropertyOptional({ type: AudienceInput })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => AudienceInput)
  readonly audience?: AudienceInput;

  @ApiPropertyOptional({
    enum: DELIVERIES,
    description: 'Of an audience, to SDKs that evaluate alone',
  })
  @IsOptional()
  @IsIn(DELIVERIES)
  readonly delivery?: (typeof DELIVERIES)[number];
}

/** A segment to be made. */
export class SegmentInput extends DefinitionInput {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME })
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NAME)
  readonly name: string;

  @ApiPropertyOptional({ maxLength: MAX_DESCRIPTION })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION)
  readonly description?: string;

  @ApiPropertyOptional({
    default: true,
    description: 'Takes the place of a segment of that name in the config of ConfigCat',
  })
  @IsOptional()
  @IsBoolean()
  readonly overlay?: boolean;
}

/** What takes a segment's place: what GET answered may be sent as it was, its read-only members are ignored. */
export class SegmentReplacement extends SegmentInput {
  @Allow()
  readonly segmentId?: unknown;

  @Allow()
  readonly product?: unknown;

  @Allow()
  readonly createdAt?: unknown;

  @Allow()
  readonly createdBy?: unknown;

  @Allow()
  readonly updatedAt?: unknown;

  @Allow()
  readonly updatedBy?: unknown;

  @Allow()
  readonly version?: unknown;

  @Allow()
  readonly usage?: unknown;
}
