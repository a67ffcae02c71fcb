/** An index into each of two sequences. */
export type IndexPair = readonly [before: number, after: number];

/**
 * The most pairs of equal items between the parts that differ for which the longest common
 * subsequence is found: 30 ms. Where items seldom repeat there are no more pairs than items.
 */
const MOST_PAIRS = 100_000;

/**
 * The pairs of a longest common subsequence, ascending in both. Where equal items repeat so often
 * that there would be more than 100,000 pairs to choose from, the nth of them is only paired with
 * the nth, and the subsequence may be shorter. Takes n log n for n items or pairs.
 */
export function commonSubsequence(
  before: readonly string[],
  after: readonly string[],
): IndexPair[] {
  const head = commonHead(before, after);
  const tail = commonTail(before, after, head);
  const candidates = candidatesOf(
    before.slice(0, before.length - tail),
    after.slice(0, after.length - tail),
    head,
  );
  return [
    ...Array.from({ length: head }, (_, i): IndexPair => [i, i]),
    ...longestAscent(candidates),
    ...Array.from({ length: tail }, (_, i): IndexPair => [
      before.length - tail + i,
      after.length - tail + i,
    ]),
  ];
}

function commonHead(before: readonly string[], after: readonly string[]): number {
  const most = Math.min(before.length, after.length);
  let length = 0;
  while (length < most && before[length] === after[length]) length++;
  return length;
}

function commonTail(before: readonly string[], after: readonly string[], head: number): number {
  const most = Math.min(before.length, after.length) - head;
  let length = 0;
  while (length < most && before.at(-1 - length) === after.at(-1 - length)) length++;
  return length;
}

/** Pairs of equal items behind the head, by `before` ascending, then by `after` descending. */
function candidatesOf(
  before: readonly string[],
  after: readonly string[],
  head: number,
): IndexPair[] {
  const places = placesOf(after, head);
  let pairs = 0;
  for (let i = head; i < before.length; i++) pairs += places.get(before[i])?.length ?? 0;
  const candidates: IndexPair[] = [];
  for (let i = head; i < before.length; i++) {
    const equal = places.get(before[i]) ?? [];
    if (pairs > MOST_PAIRS) {
      const nth = equal.pop();
      if (nth !== undefined) candidates.push([i, nth]);
    } else for (const place of equal) candidates.push([i, place]);
  }
  return candidates;
}

/** Where each item stands from `head` on, the last place first. */
function placesOf(items: readonly string[], head: number): Map<string | undefined, number[]> {
  const places = new Map<string | undefined, number[]>();
  for (let i = items.length - 1; i >= head; i--) {
    const others = places.get(items[i]);
    if (others) others.push(i);
    else places.set(items[i], [i]);
  }
  return places;
}

interface Link {
  readonly pair: IndexPair;
  readonly previous: Link | undefined;
}

/**
 * The longest part that ascends in `after`, and so in `before`: those of one `before` descend, and
 * only one of them can be in it. (Hunt and Szymanski's way; a table of n x m would take 40 GB for
 * 100,000 items.)
 */
function longestAscent(pairs: readonly IndexPair[]): IndexPair[] {
  /** At each length the chain of that length which ends lowest. */
  const chains: Link[] = [];
  for (const pair of pairs) {
    const length = firstNotBelow(chains, pair[1]);
    chains[length] = { pair, previous: chains[length - 1] };
  }
  const ascent: IndexPair[] = [];
  for (let link = chains.at(-1); link; link = link.previous) ascent.push(link.pair);
  return ascent.toReversed();
}

function firstNotBelow(chains: readonly Link[], place: number): number {
  let low = 0;
  let high = chains.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chains[middle]?.pair[1] ?? place) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
