import { InvalidConfigError } from './invalid-config-error.js';

/** A JSON value and how to say where it stands; the path is only built when it is needed. */
export interface Place {
  readonly parent: Place | undefined;
  readonly step: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function pathOf(place: Place): string {
  const steps: string[] = [];
  for (let at: Place | undefined = place; at; at = at.parent) steps.push(at.step);
  return steps.toReversed().join('');
}

export function missing(place: Place): never {
  throw new InvalidConfigError(pathOf(place), 'a required value is missing');
}

function mismatch(place: Place, expected: string): never {
  throw new InvalidConfigError(pathOf(place), `${expected} is expected`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(value: unknown, place: Place): JsonObject {
  return isObject(value) ? value : mismatch(place, 'an object');
}

export function arrayAt(value: unknown, place: Place): readonly unknown[] {
  return Array.isArray(value) ? value : mismatch(place, 'an array');
}

export function booleanAt(value: unknown, place: Place): void {
  if (typeof value !== 'boolean') mismatch(place, 'a boolean');
}

export function stringAt(value: unknown, place: Place): void {
  if (typeof value !== 'string') mismatch(place, 'a string');
}

export function integerAt(value: unknown, place: Place): void {
  if (!Number.isSafeInteger(value)) mismatch(place, 'an integer');
}

export function numberAt(value: unknown, place: Place): void {
  if (typeof value !== 'number') mismatch(place, 'a number');
}

/** Checks a list of strings without a Place for each: lists are nearly all of a big config. */
export function stringsAt(value: unknown, place: Place): void {
  const items = arrayAt(value, place);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== 'string') {
      const at = { parent: place, step: `[${i}]` };
      return item === null ? missing(at) : mismatch(at, 'a string');
    }
  }
}

type Check = (value: unknown, place: Place) => void;

export function eachOf(check: Check): Check {
  return (value, place) => {
    arrayAt(value, place).forEach((item, i) => {
      const at = { parent: place, step: `[${i}]` };
      if (item === null) missing(at);
      check(item, at);
    });
  };
}

export function optional(object: JsonObject, name: string, place: Place, check: Check): void {
  const value = object[name];
  if (value !== undefined && value !== null) check(value, { parent: place, step: `.${name}` });
}

export function required(object: JsonObject, name: string, place: Place, check: Check): void {
  const at = { parent: place, step: `.${name}` };
  const value = object[name];
  if (value === undefined || value === null) missing(at);
  check(value, at);
}
