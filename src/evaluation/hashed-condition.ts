import { toText } from './attribute-value.js';
import type { Hasher } from './hash.js';
import { invalidModel } from './invalid-model-error.js';
import type { Condition } from './run.js';
import type { AttributeReader, Digest } from './scope.js';
import type { TextTest } from './text-condition.js';

/** A comparator over the digest of the attribute's text. */
export function digestCondition(
  read: AttributeReader,
  digest: Digest,
  options: { test: TextTest; negated: boolean },
): Condition {
  const { test, negated } = options;
  return (run) => {
    const value = read(run);
    return value === undefined ? undefined : test(digest(run, toText(value))) !== negated;
  };
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
    for (const [length, hashes] of lists.byLength) {
      const hash = slice(length);
      if (hash !== undefined && hashes.has(hash)) return !negated;
    }
    return lists.isBroken ? invalidModel('Comparison value is invalid.') : negated;
  };
}

/** Hashes by the length they are of: one digest serves all items of one length. */
interface SliceLists {
  readonly byLength: ReadonlyMap<number, ReadonlySet<string>>;
  /** Whether an item is malformed: the items before it still match, and those after are never seen. */
  readonly isBroken: boolean;
}

function sliceLists(items: readonly string[]): SliceLists {
  const byLength = new Map<number, Set<string>>();
  for (const item of items) {
    const slice = parseSlice(item);
    if (slice === undefined) return { byLength, isBroken: true };
    const hashes = byLength.get(slice.length) ?? new Set();
    byLength.set(slice.length, hashes.add(slice.hash));
  }
  return { byLength, isBroken: false };
}

const LENGTH = /^\s*[+-]?\d+\s*$/;

function parseSlice(item: string): { length: number; hash: string } | undefined {
  const separator = item.indexOf('_');
  const lengthText = item.slice(0, Math.max(separator, 0));
  const length = LENGTH.test(lengthText) ? Number(lengthText) : Number.NaN;
  const hash = item.slice(separator + 1);
  return Number.isSafeInteger(length) && length >= 0 && hash !== '' ? { length, hash } : undefined;
}
