import { toText } from './attribute-value.js';
import { DigestSet } from './digest-set.js';
import type { Hasher } from './hash.js';
import { invalidModel } from './invalid-model-error.js';
import type { Condition } from './run.js';
import type { AttributeReader, Digester } from './scope.js';
import type { Digest } from './sha256.js';

/** (NOT) EQUALS or IS (NOT) ONE OF over the digest of the attribute's text. */
export function digestCondition(
  read: AttributeReader,
  digest: Digester,
  options: { items: readonly string[]; negated: boolean },
): Condition {
  const { negated } = options;
  const contains = lazyDigestSet(options.items);
  return (run) => {
    const value = read(run);
    return value === undefined ? undefined : contains(digest(run, toText(value))) !== negated;
  };
}

/** The digests of a hashed list, read when it is first asked. */
export function lazyDigestSet(items: readonly string[]): (digest: Digest) => boolean {
  let set: DigestSet | undefined;
  return (digest) => (set ??= new DigestSet(items)).has(digest);
}

/** (NOT) STARTS WITH or ENDS WITH ANY OF, hashed. */
export function sliceCondition(
  read: AttributeReader,
  hasher: Hasher,
  options: { items: readonly string[]; start: boolean; negated: boolean },
): Condition {
  const { items, start, negated } = options;
  let lists: SliceLists | undefined;
  return (run) => {
    const value = read(run);
    if (value === undefined) return undefined;
    lists ??= sliceLists(items);
    const slice = hasher.slices(toText(value), start);
    for (const [length, digests] of lists.byLength) {
      const digest = slice(length);
      if (digest !== undefined && digests.has(digest)) return !negated;
    }
    return lists.isBroken ? invalidModel('Comparison value is invalid.') : negated;
  };
}

/** Hashes by the length they are of: one digest serves all items of one length. */
interface SliceLists {
  readonly byLength: readonly (readonly [length: number, digests: DigestSet])[];
  /** Whether an item is malformed: the items before it still match, and those after are never seen. */
  readonly isBroken: boolean;
}

function sliceLists(items: readonly string[]): SliceLists {
  const slices = items.map(parseSlice);
  const broken = slices.indexOf(undefined);
  const byLength = new Map<number, string[]>();
  for (const slice of slices.slice(0, broken < 0 ? undefined : broken)) {
    if (slice === undefined) continue;
    const hashes = byLength.get(slice.length) ?? [];
    byLength.set(slice.length, hashes);
    hashes.push(slice.hash);
  }
  return {
    byLength: [...byLength].map(([length, hashes]) => [length, new DigestSet(hashes)]),
    isBroken: broken >= 0,
  };
}

const LENGTH = /^\s*[+-]?\d+\s*$/;

function parseSlice(item: string): { length: number; hash: string } | undefined {
  const separator = item.indexOf('_');
  const lengthText = item.slice(0, Math.max(separator, 0));
  const length = LENGTH.test(lengthText) ? Number(lengthText) : Number.NaN;
  const hash = item.slice(separator + 1);
  return Number.isSafeInteger(length) && length >= 0 && hash !== '' ? { length, hash } : undefined;
}
