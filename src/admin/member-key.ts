import { ValidateBy, type ValidationOptions } from 'class-validator';
import { keyProblem } from '../audiences/storable-key.js';

/** A member key, or what one begins with: anything else names nobody. */
export function IsMemberKey(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isMemberKey',
      validator: {
        validate: (value: unknown) => problemOf(value) === undefined,
        defaultMessage: (context) => problemOf(context?.value) ?? '',
      },
    },
    options,
  );
}

/** Whether a cursor's value is one. */
export function isMemberKey(value: unknown): value is string {
  return problemOf(value) === undefined;
}

function problemOf(value: unknown): string | undefined {
  return typeof value === 'string' ? keyProblem(value, false) : 'must be a text';
}
