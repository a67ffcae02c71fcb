import { parse } from 'semver';
import type { SemVer } from 'semver';

/** Whether this is an array of strings only, as the SDK asks (a hole passes). */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && !value.some((item) => typeof item !== 'string');
}

/** An attribute as text: for text and hashed comparators, and for percentages. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return String(value.getTime() / 1000);
  if (isStringArray(value)) return JSON.stringify(value);
  return printable(value);
}

/** Any value as text without ever throwing: what `String` refuses has a fixed name. */
export function printable(value: unknown): string {
  try {
    if (typeof value === 'symbol') return '[symbol]';
    if (typeof value === 'object' && value !== null && typeof value.toString !== 'function') {
      return Object.prototype.toString.call(value);
    }
    return String(value);
  } catch {
    return '[unknown]';
  }
}

/** An attribute as a number; undefined when it is none. NaN is a number here. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const number = parseNumber(value.replace(',', '.'));
  return Number.isNaN(number) && value.trim() !== 'NaN' ? undefined : number;
}

/** An attribute as unix seconds; undefined when it is none. */
export function toUnixSeconds(value: unknown): number | undefined {
  return value instanceof Date ? value.getTime() / 1000 : toNumber(value);
}

/** The second half refuses hexadecimal, octal and binary, and as a quirk of the SDK `"0 "`. */
const NO_NUMBER = /^\s*$|^\s*0[^\d.eE]/;

function parseNumber(text: string): number {
  return NO_NUMBER.test(text) ? Number.NaN : Number(text);
}

/** An attribute as a semantic version; undefined when it is none. */
export function toVersion(value: unknown): SemVer | undefined {
  return typeof value === 'string' ? parseVersion(value) : undefined;
}

/**
 * Reads a semantic version strictly, trimmed; undefined when it is none. Trimmed first, because
 * the limit of 256 characters counts without the spaces.
 */
export function parseVersion(text: string): SemVer | undefined {
  return parse(text.trim()) ?? undefined;
}

/** An attribute as an array of strings, or text that is one in JSON; undefined when it is none. */
export function toStringArray(value: unknown): readonly string[] | undefined {
  const array = typeof value === 'string' ? parseJson(value) : value;
  return isStringArray(array) ? array : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
