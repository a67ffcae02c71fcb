import { InvalidArgumentError } from 'commander';

/** For commander, which tells the option's name. */
export function positiveNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It must be 1 or more.');
  return Number(text);
}

/** A time as the API takes it. */
export function time(text: string): string {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) {
    throw new InvalidArgumentError('It must be a time such as 2026-01-31T12:00:00Z.');
  }
  return new Date(milliseconds).toISOString();
}
