import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOperation,
  ApiResponse,
  getSchemaPath,
  type SchemaObject,
} from '@nestjs/swagger';
import { Problem } from './problem.js';

/** What a call of the admin API is, and how it answers. */
export interface CallDescription {
  readonly summary: string;
  readonly details?: string;
  /** 200 unless told. */
  readonly status?: number;
  /** What it answers; a list: pages of that; `any object`: what others define. Undefined: no body. */
  readonly returns?: Type | readonly [Type] | 'any object';
  /** Problems besides those that every call has: status and when. */
  readonly problems?: Readonly<Record<number, string>>;
}

const EVERYWHERE: Readonly<Record<number, string>> = {
  400: 'A path or body that can not be read',
  401: 'No token, or none of ours',
  503: 'PostgreSQL is away',
};

/** Describes and answers: the status stands in one place. */
export function Call(call: CallDescription): MethodDecorator {
  const { summary, details, status = 200, returns, problems = {} } = call;
  const all = { ...EVERYWHERE, ...problems };
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary, ...(details !== undefined && { description: details }) }),
    ...(returns === undefined || returns === 'any object' ? [] : [ApiExtraModels(typeOf(returns))]),
    ApiResponse({
      status,
      description: 'Done',
      ...(returns !== undefined && {
        content: { 'application/json': { schema: schemaOf(returns) } },
      }),
    }),
    ...Object.entries(all).map(([code, description]) =>
      ApiResponse({
        status: Number(code),
        description,
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } },
      }),
    ),
    ApiExtraModels(Problem),
  );
}

function typeOf(returns: Type | readonly [Type]): Type {
  return typeof returns === 'function' ? returns : returns[0];
}

function schemaOf(returns: Type | readonly [Type] | 'any object'): SchemaObject | { $ref: string } {
  if (returns === 'any object') return { type: 'object', additionalProperties: true };
  const one = { $ref: getSchemaPath(typeOf(returns)) };
  if (typeof returns === 'function') return one;
  return {
    type: 'object',
    required: ['items', 'next'],
    properties: {
      items: { type: 'array', items: one },
      next: { type: 'string', nullable: true, description: '`after` of the next page' },
    },
  };
}
