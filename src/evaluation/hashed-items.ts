import { Hasher } from './hash.js';
import { utf8Bytes } from './utf8.js';

/** The salt of the config, and the key of the flag or the name of the segment that is hashed for. */
export interface HashScope {
  readonly salt: string;
  readonly context: string;
}

/** The items of IS (NOT) ONE OF and ARRAY (NOT) CONTAINS ANY OF, hashed: sorted, none twice. */
export function hashedItems(values: Iterable<string>, scope: HashScope): string[] {
  const hasher = new Hasher(scope.salt, scope.context);
  const hashes = new Set<string>();
  for (const value of values) hashes.add(hasher.hash(value));
  return [...hashes].toSorted();
}

/** The comparison value of (NOT) EQUALS, hashed. */
export function hashedItem(value: string, scope: HashScope): string {
  return new Hasher(scope.salt, scope.context).hash(value);
}

/** The items of (NOT) STARTS WITH and ENDS WITH ANY OF, hashed: `<bytes of UTF-8>_<hash>`. */
export function hashedSliceItems(values: Iterable<string>, scope: HashScope): string[] {
  const hasher = new Hasher(scope.salt, scope.context);
  const items = new Set<string>();
  for (const value of values) items.add(`${utf8Bytes(value).length}_${hasher.hash(value)}`);
  return [...items].toSorted();
}
