/**
 * Names and member keys come from outside: what would move a terminal's cursor, change its colours or
 * turn the direction of reading is written as JSON would escape it.
 */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text for one line of a terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => ESCAPES.get(character) ?? escape(character));
}

/** The same for text whose line breaks are meant. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
