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
      exceptionFactory: (errors) =>
        new InvalidInputError(errors.flatMap((error) => problemsOf(error, ''))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type } = metadata;
    if (type === 'body' && !isObject(value)) {
      throw new InvalidInputError([{ pointer: '', detail: 'must be an object' }]);
    }
    if (isObject(value)) refuseInherited(value, type);
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

/** The validator passes over members that are called like something of every object. */
function refuseInherited(value: object, type: ArgumentMetadata['type']): void {
  const inherited = Object.keys(value).filter((name) => name in Object.prototype);
  if (inherited.length === 0) return;
  const place = type === 'query' || type === 'param' ? { in: PLACES[type] } : {};
  throw new InvalidInputError(
    inherited.map((name) => ({ pointer: `/${name}`, detail: 'is not known here', ...place })),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemsOf(
  { property, constraints, children }: ValidationError,
  parent: string,
): InputProblem[] {
  const pointer = `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const found = Object.entries(constraints ?? {});
  // One thing about each member is enough to mend it: what it is comes before how long it is.
  const [first] = found.toSorted(([a], [b]) => Number(isAboutType(b)) - Number(isAboutType(a)));
  const own = first === undefined ? [] : [{ pointer, detail: detailOf(property, first) }];
  return [...own, ...(children ?? []).flatMap((child) => problemsOf(child, pointer))];
}

function isAboutType(kind: string): boolean {
  return /^(is(String|Int|Number|Boolean|Array|Object)|nestedValidation)$/.test(kind);
}

/** The validator's own words name the property again, and say that the unknown "should not exist". */
function detailOf(property: string, [kind, message]: readonly [string, string]): string {
  return kind === 'whitelistValidation' ? 'is not known here' : message.replace(`${property} `, '');
}
