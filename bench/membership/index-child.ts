import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { MembershipIndex } from '../../src/audiences/membership-index.js';

/** What one index of so many memberships costs. Times in nanoseconds unless they say otherwise. */
export interface IndexFigures {
  /** Resident bytes a membership, at the worst moment from a fifth of the size on. */
  readonly bytes: number;
  readonly insert: number;
  /** Milliseconds of the longest single insert. */
  readonly longest: number;
  /** Look-ups of a thousand members in turn, and of members from all over. */
  readonly hot: number;
  readonly cold: number;
}

const AUDIENCES = 20;
const KEY_LENGTH = 20;
const SAMPLE = 100_000;
const LOOK_UPS = 2_000_000;
const COLD_KEYS = 400_000;

/**
 * A process of its own, for what is resident is measured. Keys are windows of one long random text,
 * so that this harness allocates nothing for them.
 */
process.on('message', ({ memberships }: { readonly memberships: number }) => {
  process.send?.(measure(memberships), () => process.disconnect());
});

function measure(memberships: number): IndexFigures {
  // Two digits a byte, and windows from everywhere: no two members share a key.
  const text = randomBytes(Math.ceil((memberships + KEY_LENGTH) / 2)).toString('hex');
  warmUp(text);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const index = new MembershipIndex();
  let bytes = 0;
  let longest = 0;
  const start = performance.now();
  let sampling = 0;
  for (let n = 0; n < memberships; n += 1) {
    const at = performance.now();
    index.addUtf8(n % AUDIENCES, text, n, n + KEY_LENGTH);
    const now = performance.now();
    longest = Math.max(longest, now - at);
    if (n % SAMPLE === SAMPLE - 1 && n >= memberships / 5) {
      bytes = Math.max(bytes, (process.memoryUsage().rss - before) / n);
      sampling += performance.now() - now;
    }
  }
  const insert = ((performance.now() - start - sampling) * 1e6) / memberships;
  return {
    bytes,
    insert,
    longest,
    hot: lookUp(index, { text, memberships, keys: 1_000 }),
    cold: lookUp(index, { text, memberships, keys: COLD_KEYS }),
  };
}

/** Compiled before anything is measured. */
function warmUp(text: string): void {
  const index = new MembershipIndex();
  for (let n = 0; n < 200_000; n += 1) index.addUtf8(n % AUDIENCES, text, n, n + KEY_LENGTH);
  lookUp(index, { text, memberships: 200_000, keys: 1_000 });
}

function lookUp(
  index: MembershipIndex,
  { text, memberships, keys }: { text: string; memberships: number; keys: number },
): number {
  const stride = Math.floor(memberships / keys);
  // From JSON.parse, as those of requests are: texts made by slice hash slower.
  const known: string[] = JSON.parse(
    JSON.stringify(
      Array.from({ length: keys }, (_, n) => text.slice(n * stride, n * stride + KEY_LENGTH)),
    ),
  );
  let found = 0;
  const start = performance.now();
  for (let n = 0; n < LOOK_UPS; n += 1) {
    const key = n % keys;
    if (index.has((key * stride) % AUDIENCES, known[key] ?? '')) found += 1;
  }
  const nanoseconds = ((performance.now() - start) * 1e6) / LOOK_UPS;
  if (found !== LOOK_UPS) throw new Error(`found ${found} of ${LOOK_UPS}`);
  return nanoseconds;
}
