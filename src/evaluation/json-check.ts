import { InvalidConfigError } from './invalid-config-error.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Looks at a value; throws InvalidConfigError. `path` is where it stands, and is left as it was. */
export type Check = (value: unknown, path: Path) => void;

/**
 * Where a check stands in the JSON. One stack of steps for the whole check: a path for each value
 * took as long as parsing the JSON.
 */
export class Path {
  private readonly steps: (string | number)[] = [];

  /** Checks what stands one step further on. */
  within(step: string | number, value: unknown, check: Check): void {
    this.steps.push(step);
    check(value, this);
    this.steps.pop();
  }

  toString(): string {
    const steps = this.steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
    return `$${steps.join('')}`;
  }
}

export function missing(_value: unknown, path: Path): never {
  throw new InvalidConfigError(path.toString(), 'a required value is missing');
}

function mismatch(path: Path, expected: string): never {
  throw new InvalidConfigError(path.toString(), `${expected} is expected`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(value: unknown, path: Path): JsonObject {
  return isObject(value) ? value : mismatch(path, 'an object');
}

function arrayAt(value: unknown, path: Path): readonly unknown[] {
  return Array.isArray(value) ? value : mismatch(path, 'an array');
}

export function booleanAt(value: unknown, path: Path): void {
  if (typeof value !== 'boolean') mismatch(path, 'a boolean');
}

export function stringAt(value: unknown, path: Path): void {
  if (typeof value !== 'string') mismatch(path, 'a string');
}

export function integerAt(value: unknown, path: Path): void {
  if (!Number.isSafeInteger(value)) mismatch(path, 'an integer');
}

export function numberAt(value: unknown, path: Path): void {
  if (typeof value !== 'number') mismatch(path, 'a number');
}

/** Checks a list of strings; steps only to what is none: lists are nearly all of a big config. */
export function stringsAt(value: unknown, path: Path): void {
  const items = arrayAt(value, path);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== 'string') path.within(i, item, item === null ? missing : stringAt);
  }
}

export function eachOf(check: Check): Check {
  return (value, path) => {
    const items = arrayAt(value, path);
    for (let i = 0; i < items.length; i++) {
      path.within(i, items[i], items[i] === null ? missing : check);
    }
  };
}

export function optional(object: JsonObject, name: string, path: Path, check: Check): void {
  const value = object[name];
  if (value !== undefined && value !== null) path.within(name, value, check);
}

export function required(object: JsonObject, name: string, path: Path, check: Check): void {
  const value = object[name];
  path.within(name, value, value === undefined || value === null ? missing : check);
}
