const LAST_CODE_POINT = 0x10_ff_ff;
const FIRST_SURROGATE = 0xd8_00;
const BEHIND_SURROGATES = 0xe0_00;

/**
 * The first text, in the order of code points (which is that of their UTF-8), behind all that begin
 * with the prefix; undefined where there is none.
 */
export function endOfPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === LAST_CODE_POINT) continue;
    const next = last + 1 === FIRST_SURROGATE ? BEHIND_SURROGATES : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return undefined;
}
