import type { User } from '../evaluation/user.js';

/** A user as JSON, as far as an event has room for it. */
export interface UserText {
  readonly json: string;
  /** What was left out, in words; undefined: nothing. */
  readonly cut: string | undefined;
}

/** Leaves room in an event for everything else. */
const MAX_BYTES = 20_000;
/** No UTF-16 unit needs more than three bytes of UTF-8, so a shorter text needs no counting. */
const NEVER_TOO_LONG = Math.floor(MAX_BYTES / 3);
/** What a large user's attributes are shortened to. */
const MAX_TEXT = 300;
const MAX_ITEMS = 20;
const MAX_NAME = 200;
const ELLIPSIS = '…';

/** Large users are cut: long values first, then whole attributes, in the order in which they came. */
export function userText(user: User): UserText {
  const json = JSON.stringify(user);
  const isShort = json.length <= NEVER_TOO_LONG || Buffer.byteLength(json) <= MAX_BYTES;
  return isShort ? { json, cut: undefined } : cutUser(user);
}

function cutUser(user: User): UserText {
  const members: string[] = [];
  let bytes = 0;
  let shortened = 0;
  let omitted = 0;
  for (const [name, value] of Object.entries(user)) {
    const short = shortOf(value);
    const member = `${JSON.stringify(name)}:${JSON.stringify(short)}`;
    const size = Buffer.byteLength(member) + 1;
    if (name.length > MAX_NAME || bytes + size > MAX_BYTES) {
      omitted += 1;
      continue;
    }
    members.push(member);
    bytes += size;
    if (short !== value) shortened += 1;
  }
  return { json: `{${members.join()}}`, cut: `${shortened} shortened, ${omitted} left out` };
}

/** The value itself where it is short. */
function shortOf(value: unknown): unknown {
  if (typeof value === 'string') return shortText(value);
  if (!Array.isArray(value)) return value;
  const items: readonly unknown[] = value;
  const short = items.slice(0, MAX_ITEMS).map(shortOf);
  const isWhole =
    items.length <= MAX_ITEMS && short.every((item, position) => item === items[position]);
  if (isWhole) return value;
  return items.length > MAX_ITEMS
    ? [...short, `${ELLIPSIS} ${items.length - MAX_ITEMS} more`]
    : short;
}

function shortText(text: string): string {
  return text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + ELLIPSIS : text;
}
