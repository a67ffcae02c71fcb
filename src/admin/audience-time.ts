import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsOptional } from 'class-validator';
import { parseTime } from '../engage/time-text.js';

const ISO_DAY = /^\d{4}-\d\d-\d\d/;

/** A time that a query may name. */
export function OptionalTime(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      type: 'string',
      format: 'date-time',
      description: `${description} UTC without a zone.`,
    }),
    IsOptional(),
    Transform(({ value }: { readonly value: unknown }) =>
      typeof value === 'string' && ISO_DAY.test(value) ? new Date(parseTime(value) / 1_000) : value,
    ),
    IsDate({ message: 'must be a time as in ISO 8601' }),
  );
}
