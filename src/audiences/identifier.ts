/** The identifier a value holds: a non-empty text as it is, a finite number as `String(n)`. */
export function identifier(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}
