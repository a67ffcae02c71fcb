import { isUtf8 } from 'node:buffer';
import { arrayPieces } from './array-pieces.js';
import { isJsonObject } from './json-value.js';
import { NotJsonError } from './not-json-error.js';

/** The events of one request. */
export interface ParsedBody {
  /** In the order of the body; to be read once, and throws NotJsonError while it is. */
  readonly events: Iterable<unknown>;
  /** The body was no UTF-8: a U+FFFD in it may stand for anything, so no key may hold one. */
  readonly lossy: boolean;
}

/**
 * Reads the four shapes of contracts/engage.md §1: one event, an array, `{"batch":[…]}`, and an
 * array of `{"json":{event}}`. What an element is worth is told by `interpretEvent`; a scalar is
 * one (malformed) event. A body that is no JSON at all throws NotJsonError, here or by its events.
 */
export function parseEvents(body: Buffer): ParsedBody {
  const pieces = arrayPieces(body) ?? [elementsOf(parseJson(body))];
  return { events: unwrapped(pieces), lossy: !isUtf8(body) };
}

/** `wanted`: what should have been sent, for the error. @throws NotJsonError */
export function parseJson(body: Buffer, wanted?: string): unknown {
  const text = body.toString('utf8');
  try {
    // RFC 8259, 8.1 lets a parser ignore a byte order mark; some relays add one.
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw new NotJsonError(wanted);
  }
}

function elementsOf(parsed: unknown): readonly unknown[] {
  if (Array.isArray(parsed)) return parsed;
  if (isJsonObject(parsed) && Array.isArray(parsed['batch']) && !isEventType(parsed['type'])) {
    return parsed['batch'];
  }
  return [parsed];
}

/** An event may carry an extra that is called `batch`; a batch has no type, or says `batch`. */
function isEventType(type: unknown): boolean {
  return typeof type === 'string' && type !== 'batch';
}

function* unwrapped(pieces: Iterable<readonly unknown[]>): Generator<unknown, void> {
  try {
    for (const elements of pieces) {
      for (const element of elements) yield isWrapped(element) ? element.json : element;
    }
  } catch (error) {
    throw error instanceof SyntaxError ? new NotJsonError() : error;
  }
}

/** Extensible Webhook sends `{"json":{event}}`; an event with an extra named `json` has a type. */
function isWrapped(element: unknown): element is { readonly json: unknown } {
  return isJsonObject(element) && isJsonObject(element['json']) && !('type' in element);
}
