/**
 * The name an audience gets from its computation key: `power_users` becomes `Power users`. A key
 * of nothing but underscores stays as it is, for a name must not be empty.
 */
export function audienceName(key: string): string {
  const words = key.replace(/[_\s]+/g, ' ').trim();
  if (words === '') return key;
  const first = String.fromCodePoint(words.codePointAt(0) ?? 0);
  return first.toUpperCase() + words.slice(first.length);
}
