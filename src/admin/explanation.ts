import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { isJsonObject } from '../engage/json-value.js';
import { InvalidInputError } from '../error.js';
import type { Explanation } from '../evaluation/explain.js';
import type { FlagTrace } from '../evaluation/trace.js';

const MAX_KEY = 65_535;

/** What is asked: a flag, for a user. */
export class ExplainInput {
  @ApiProperty({ maxLength: MAX_KEY })
  readonly key: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Attributes by name: texts, numbers and lists of texts. None: without a user',
  })
  readonly user?: unknown;
}

/**
 * Reads a body by hand: the validator would lose attributes that are called like something of
 * JavaScript's objects.
 * @throws InvalidInputError
 */
export function readExplainInput(body: unknown): ExplainInput {
  if (!isJsonObject(body)) {
    throw new InvalidInputError([{ pointer: '', detail: 'must be an object' }]);
  }
  const { key, user, ...others } = body;
  const unknown = Object.keys(others).map((name) => ({
    pointer: `/${name}`,
    detail: 'is not known here',
  }));
  if (typeof key === 'string' && key.length <= MAX_KEY && unknown.length === 0)
    return { key, user };
  const wrong =
    typeof key === 'string' ? `must have at most ${MAX_KEY} characters` : 'must be a string';
  const isKeyWrong = typeof key !== 'string' || key.length > MAX_KEY;
  throw new InvalidInputError([
    ...(isKeyWrong ? [{ pointer: '/key', detail: wrong }] : []),
    ...unknown,
  ]);
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
