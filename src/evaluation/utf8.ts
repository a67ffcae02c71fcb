/// <reference lib="es2024.string" />

/**
 * Encodes text as the SDK does: UTF-8, but a lone surrogate becomes the three bytes of its code
 * unit, where Node would write U+FFFD and so make different texts equal.
 */
export function utf8Bytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts: Buffer[] = [];
  for (const character of text) parts.push(characterBytes(character));
  return Buffer.concat(parts);
}

function characterBytes(character: string): Buffer {
  if (character.isWellFormed()) return Buffer.from(character);
  const unit = character.charCodeAt(0);
  return Buffer.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
}

/** Whether Node's own UTF-8 of the text is the SDK's, too: it has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

/** Whether each character is one byte of UTF-8, so that slices of text are slices of bytes. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

const SURROGATE = /[\ud800-\udfff]/;

/**
 * Sorts texts as their UTF-8 bytes are. That differs from UTF-16, which sorts much faster, only
 * where surrogates meet the characters behind them, U+E000 to U+FFFF.
 */
export function sortedByUtf8(texts: Iterable<string>): string[] {
  const sorted = [...texts].toSorted();
  return sorted.some((text) => SURROGATE.test(text)) ? sorted.toSorted(compareUtf8) : sorted;
}

function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return placeOf(x) - placeOf(y);
  }
  return a.length - b.length;
}

function placeOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
