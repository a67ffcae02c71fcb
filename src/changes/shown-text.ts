/// <reference lib="es2024.string" />

/** The most characters of a text that are shown, the ellipsis among them. */
const MOST_CHARACTERS = 100;

/** How far into two long texts their difference is seen when both are shown from their start. */
const SEEN_FROM_START = 60;

/** What is shown of two long texts before their difference. */
const BEFORE_DIFFERENCE = 30;

const HALF_AT_END = /[\ud800-\udbff]$/;
const HALF_AT_START = /^[\udc00-\udfff]/;

/** Control characters and line ends: a sentence is one line, and PostgreSQL refuses NUL. */
const UNREADABLE = /[\p{Cc}\u2028\u2029]/gu;

/** A text as sentences show it: on one line, well-formed, and cut when it is long. */
export function shownText(text: string): string {
  if (text.length <= MOST_CHARACTERS) return readable(text);
  return `${readable(text.slice(0, MOST_CHARACTERS - 1).replace(HALF_AT_END, ''))}…`;
}

export function quoted(text: string): string {
  return `'${shownText(text)}'`;
}

/** Two different texts, quoted; long ones from just before where they begin to differ. */
export function quotedPair(before: string, after: string): [before: string, after: string] {
  const difference = commonStart(before, after);
  const isSeen = Math.max(before.length, after.length) <= MOST_CHARACTERS;
  if (isSeen || difference <= SEEN_FROM_START) return [quoted(before), quoted(after)];
  const from = difference - BEFORE_DIFFERENCE;
  return [quotedFrom(before, from), quotedFrom(after, from)];
}

function quotedFrom(text: string, from: number): string {
  return `'…${shownText(text.slice(from).replace(HALF_AT_START, ''))}'`;
}

function commonStart(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}

function readable(text: string): string {
  return text.toWellFormed().replace(UNREADABLE, ' ');
}
