import { firstElement, membersOf, pastSpace, valueSpan, type Span } from './json-spans.js';
import { withoutExtras } from './merged-extras.js';

/** What of a body Segment may have signed (contracts/engage.md §2). */
export type SignatureRule = 'raw_body' | 'first_element' | 'unwrapped_element' | 'without_extras';

/** Bytes that the signature may be of, and the rule that says so. */
export interface SignedBytes {
  readonly rule: SignatureRule;
  readonly bytes: Buffer;
  /** Fields that extras overwrote; where there are any, no rule can match. */
  readonly overwritten: readonly string[];
}

/** Keeps a body of millions of members from holding up the others' requests. */
const MAX_MEMBERS = 1000;

const OPEN_OBJECT = 0x7b;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Everything a body's signature may be of, the likeliest first: in a batch that is its first
 * element, and one HMAC over a whole batch costs what a thousand over its elements do. Any bytes
 * are taken: what is no JSON has its raw body only.
 */
export function* signedBytes(body: Buffer): Generator<SignedBytes, void> {
  const start = pastSpace(body, body.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0);
  const isObject = body[start] === OPEN_OBJECT;
  const array = isObject ? member(body, start, 'batch')?.start : start;
  const first = array === undefined ? undefined : firstElement(body, array);
  if (first !== undefined) {
    const wrapped = member(body, first.start, 'json');
    yield plain('first_element', body, first);
    if (wrapped !== undefined) yield plain('unwrapped_element', body, wrapped);
    yield* unmerged(body, first);
    if (wrapped !== undefined) yield* unmerged(body, wrapped);
  }
  yield plain('raw_body', body, { start: 0, end: body.length });
  const event = isObject && first === undefined ? valueSpan(body, start) : undefined;
  if (event !== undefined) yield* unmerged(body, event);
}

function plain(rule: SignatureRule, body: Buffer, { start, end }: Span): SignedBytes {
  return { rule, bytes: body.subarray(start, end), overwritten: [] };
}

function* unmerged(body: Buffer, event: Span): Generator<SignedBytes, void> {
  const before = withoutExtras(body, event);
  if (before !== undefined) yield { rule: 'without_extras', ...before };
}

/**
 * The value of the first member of that name, which stands among the first few in what Segment
 * sends; a name written with escapes is none of Segment's either.
 */
function member(json: Buffer, object: number, name: string): Span | undefined {
  const quoted = Buffer.from(`"${name}"`);
  let count = 0;
  for (const { name: found, value } of membersOf(json, object)) {
    if (++count > MAX_MEMBERS) return undefined;
    if (json.subarray(found.start, found.end).equals(quoted)) return value;
  }
  return undefined;
}
