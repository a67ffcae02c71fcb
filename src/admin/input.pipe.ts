import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { InvalidInputError, type InputProblem } from '../error.js';

const PLACES = { query: 'query', param: 'path' } as const;

/** Nest's validation of DTOs, with a JSON pointer to all that is wrong. Unknown members are refused. */
@Injectable()
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      // One thing about each member is enough to mend it.
      stopAtFirstError: true,
      exceptionFactory: (errors) =>
        new InvalidInputError(errors.flatMap((error) => problemsOf(error, ''))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type } = metadata;
    if (type === 'body' && !isObject(value)) {
      throw new InvalidInputError([{ pointer: '', detail: 'must be an object' }]);
    }
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof InvalidInputError) || (type !== 'query' && type !== 'param')) {
        throw error;
      }
      throw new InvalidInputError(
        error.problems.map((problem) => ({ ...problem, in: PLACES[type] })),
      );
    }
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemsOf(
  { property, constraints, children }: ValidationError,
  parent: string,
): InputProblem[] {
  const pointer = `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.entries(constraints ?? {}).map(([kind, message]) => ({
    pointer,
    // The validator's own words name the property again, and say that the unknown "should not exist".
    detail:
      kind === 'whitelistValidation' ? 'is not known here' : message.replace(`${property} `, ''),
  }));
  return [...own, ...(children ?? []).flatMap((child) => problemsOf(child, pointer))];
}
