import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsDate,
  IsIn,
  IsOptional,
  IsString,
  MaxLength,
  NotContains,
} from 'class-validator';
import { REJECTION_REASONS } from '../engage/rejected-events.js';
import { parseTime } from '../engage/time-text.js';
import { PageQuery } from './page.js';

const MAX_DESTINATION = 1_024;
const ISO_DAY = /^\d{4}-\d\d-\d\d/;
const IS_A_TIME = { message: 'must be a time as in ISO 8601' };

/** Which rejected events are meant: all, or those that all of this says. */
export class RejectedQuery {
  @ApiPropertyOptional({ enum: REJECTION_REASONS })
  @IsOptional()
  @IsIn(REJECTION_REASONS)
  readonly reason?: string;

  @ApiPropertyOptional({ maxLength: MAX_DESTINATION, description: 'Its id.' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESTINATION)
  // PostgreSQL has no text with it.
  @NotContains('\0', { message: 'must not contain U+0000' })
  readonly destination?: string;

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    description: 'They came at this time or later. UTC without a zone.',
  })
  @IsOptional()
  @Transform(({ value }) => readTime(value))
  @IsDate(IS_A_TIME)
  readonly since?: Date;

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    description: 'They came before this time. UTC without a zone.',
  })
  @IsOptional()
  @Transform(({ value }) => readTime(value))
  @IsDate(IS_A_TIME)
  readonly until?: Date;
}

/** A page of them. */
export class RejectedPageQuery extends IntersectionType(RejectedQuery, PageQuery) {}

/** Those that are replayed. */
export class ReplayQuery extends RejectedQuery {
  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: 'Also those that were refused for their signature.',
  })
  @IsOptional()
  @Transform(({ value }) => readSwitch(value))
  @IsBoolean({ message: 'must be true or false' })
  readonly unsigned: boolean = false;
}

function readTime(value: unknown): unknown {
  if (typeof value !== 'string' || !ISO_DAY.test(value)) return value;
  return new Date(parseTime(value) / 1_000);
}

function readSwitch(value: unknown): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}
