import { Allow, IsOptional, IsString, MaxLength } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Explanation } from '../evaluation/explain.js';
import type { FlagTrace } from '../evaluation/trace.js';

/** What is asked: a flag, for a user. */
export class ExplainInput {
  @ApiProperty()
  @IsString()
  @MaxLength(65_535)
  readonly key: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Attributes by name: texts, numbers and lists of texts. None: without a user',
  })
  @IsOptional()
  @Allow()
  readonly user?: unknown;
}

/** What a flag serves a user, and why. */
export class ExplanationAnswer {
  @ApiProperty()
  readonly key: string;

  @ApiProperty({
    nullable: true,
    oneOf: [{ type: 'boolean' }, { type: 'string' }, { type: 'number' }],
    description: 'Null: the evaluation failed',
  })
  readonly value: boolean | string | number | null;

  @ApiProperty({ type: String, nullable: true })
  readonly variationId: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the evaluation failed' })
  readonly error: string | null;

  @ApiProperty({ description: "The same in the words of the SDKs' evaluation log" })
  readonly log: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'Rules, conditions, segments and percentages that were reached, with their outcomes',
  })
  readonly trace: FlagTrace;
}

export function explanationAnswer(
  key: string,
  { evaluation, error, log, trace }: Explanation,
): ExplanationAnswer {
  return {
    key,
    value: evaluation?.value ?? null,
    variationId: evaluation?.variationId ?? null,
    error: error?.message ?? null,
    log,
    trace,
  };
}
