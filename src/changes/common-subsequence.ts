/** An index into each of two sequences. */
export type IndexPair = readonly [before: number, after: number];

/**
 * The most pairs of equal items between the parts that differ for which the longest common
 * subsequence is found: 10 ms. Where items seldom repeat there are no more pairs than items.
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
  const middle = longestAscent(
    candidatesOf(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
  );
  return [
    ...Array.from({ length: head }, (_, i): IndexPair => [i, i]),
    ...middle.map(([i, j]): IndexPair => [head + i, head + j]),
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

/** For each item before, where it may be after, the last place first. */
function candidatesOf(
  before: readonly string[],
  after: readonly string[],
): ReadonlyArray<readonly number[]> {
  const places = placesOf(after);
  const candidates = before.map((item) => places.get(item) ?? []);
  const pairs = candidates.reduce((sum, { length }) => sum + length, 0);
  if (pairs <= MOST_PAIRS) return candidates;
  return candidates.map((equal) => {
    const nth = equal.pop();
    return nth === undefined ? [] : [nth];
  });
}

function placesOf(items: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, item] of [...items.entries()].toReversed()) {
    const others = places.get(item);
    if (others) others.push(place);
    else places.set(item, [place]);
  }
  return places;
}

interface Link {
  readonly before: number;
  readonly after: number;
  readonly previous: Link | undefined;
}

/**
 * The longest part that ascends in `after`, and so in `before`: the places of one `before` descend,
 * so that only one of them can be in it. (Hunt and Szymanski's way; a table of n x m would take
 * 40 GB for 100,000 items.)
 */
function longestAscent(candidates: ReadonlyArray<readonly number[]>): IndexPair[] {
  /** At each length the chain of that length which ends lowest. */
  const chains: Link[] = [];
  for (const [before, places] of candidates.entries()) {
    for (const after of places) {
      const length = firstNotBelow(chains, after);
      if (chains[length]?.after === after) continue;
      chains[length] = { before, after, previous: chains[length - 1] };
    }
  }
  const ascent: IndexPair[] = [];
  for (let link = chains.at(-1); link; link = link.previous) ascent.push([link.before, link.after]);
  return ascent.toReversed();
}

function firstNotBelow(chains: readonly Link[], place: number): number {
  let low = 0;
  let high = chains.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chains[middle]?.after ?? place) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
