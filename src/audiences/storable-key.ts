/** An index row of PostgreSQL ends at 2,704 bytes; two keys and the row's own need fit below it. */
const MAX_KEY_BYTES = 1024;

/** No UTF-16 unit needs more than three bytes of UTF-8, so a shorter text needs no counting. */
const NEVER_TOO_LONG = Math.floor(MAX_KEY_BYTES / 3);

/** PostgreSQL's text takes no NUL, and a lone surrogate has no UTF-8. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * What keeps a text from being a key (member, audience or computation), in words without the key;
 * undefined when nothing does. `lossy`: the text comes from bytes that were no UTF-8, where two
 * different keys can both read U+FFFD.
 */
export function keyProblem(key: string, lossy: boolean): string | undefined {
  if (key.length > NEVER_TOO_LONG && Buffer.byteLength(key) > MAX_KEY_BYTES) {
    return 'is over 1,024 bytes';
  }
  if (UNSTORABLE.test(key)) return 'holds NUL or a lone surrogate';
  if (lossy && key.includes('\uFFFD')) return 'was no UTF-8';
  return undefined;
}
