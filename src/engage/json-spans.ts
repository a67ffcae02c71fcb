/** A part of a JSON text: the byte it begins at, and the byte after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One member of an object: its name (with the quotes), its value, and both with the white space around. */
export interface MemberSpan extends Span {
  readonly name: Span;
  readonly value: Span;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * The value that begins at or after `from`, past white space; undefined when the text ends first.
 * Like all here: linear, without recursion, and sure of nothing but what JSON.parse accepted; other
 * bytes give some span inside the text, or undefined.
 */
export function valueSpan(json: Uint8Array, from: number): Span | undefined {
  const start = pastSpace(json, from);
  const end = valueEnd(json, start);
  return end === undefined ? undefined : { start, end };
}

/** The first element of the array that begins at `array`; undefined when it is empty or no array. */
export function firstElement(json: Uint8Array, array: number): Span | undefined {
  if (json[array] !== OPEN_ARRAY) return undefined;
  const start = pastSpace(json, array + 1);
  return json[start] === CLOSE_ARRAY ? undefined : valueSpan(json, start);
}

/**
 * The members of the object that begins at `start`, in their order, read as they are asked for:
 * who finds what he looks for does not pay for the rest. Ends early where the text is no object.
 */
export function* membersOf(json: Uint8Array, start: number): Generator<MemberSpan, void> {
  if (json[start] !== OPEN_OBJECT) return;
  let from = start + 1;
  while (true) {
    const name = valueSpan(json, from);
    if (name === undefined || json[name.start] !== QUOTE) return;
    const colon = pastSpace(json, name.end);
    const value = json[colon] === COLON ? valueSpan(json, colon + 1) : undefined;
    if (value === undefined) return;
    const end = pastSpace(json, value.end);
    yield { start: from, end, name, value };
    if (json[end] !== COMMA) return;
    from = end + 1;
  }
}

/** The first byte at or after `from` that is no white space; the length where there is none. */
export function pastSpace(json: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function valueEnd(json: Uint8Array, start: number): number | undefined {
  const first = json[start];
  if (first === QUOTE) return stringEnd(json, start);
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) return containerEnd(json, start);
  return scalarEnd(json, start);
}

function stringEnd(json: Uint8Array, start: number): number | undefined {
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return undefined;
}

/** Counts brackets of both kinds together: in what JSON.parse accepts they pair anyway. */
function containerEnd(json: Uint8Array, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      const end = stringEnd(json, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function scalarEnd(json: Uint8Array, start: number): number | undefined {
  let at = start;
  for (; at < json.length; at++) {
    const byte = json[at];
    if (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || isSpace(byte)) break;
  }
  return at === start ? undefined : at;
}
