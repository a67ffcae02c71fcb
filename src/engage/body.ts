import { isUtf8 } from 'node:buffer';
import { isJsonObject } from './json-value.js';
import { NotJsonError } from './not-json-error.js';

/** The events of one request, in the order of the body. */
export interface ParsedBody {
  readonly events: readonly unknown[];
  /** The body was no UTF-8: a U+FFFD in it may stand for anything, so no key may hold one. */
  readonly lossy: boolean;
}

/**
 * Reads the four shapes of contracts/engage.md §1: one event, an array, `{"batch":[…]}`, and an
 * array of `{"json":{event}}`. What an element is worth is told by `interpretEvent`; a scalar is
 * one (malformed) event. Throws NotJsonError where there is no JSON at all.
 */
export function parseEvents(body: Buffer): ParsedBody {
  const parsed = parseJson(body);
  return { events: eventsOf(parsed), lossy: !isUtf8(body) };
}

/** @throws NotJsonError */
export function parseJson(body: Buffer): unknown {
  const text = body.toString('utf8');
  try {
    // RFC 8259, 8.1 lets a parser ignore a byte order mark; some relays add one.
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw new NotJsonError();
  }
}

function eventsOf(parsed: unknown): readonly unknown[] {
  if (Array.isArray(parsed)) return unwrapped(parsed);
  if (isJsonObject(parsed) && Array.isArray(parsed['batch']) && !isEventType(parsed['type'])) {
    return unwrapped(parsed['batch']);
  }
  return [parsed];
}

/** An event may carry an extra that is called `batch`; a batch has no type, or says `batch`. */
function isEventType(type: unknown): boolean {
  return typeof type === 'string' && type !== 'batch';
}

function unwrapped(elements: readonly unknown[]): readonly unknown[] {
  return elements.some(isWrapped) ? elements.map((e) => (isWrapped(e) ? e.json : e)) : elements;
}

/** Extensible Webhook sends `{"json":{event}}`; an event with an extra named `json` has a type. */
function isWrapped(element: unknown): element is { readonly json: unknown } {
  return isJsonObject(element) && isJsonObject(element['json']) && !('type' in element);
}
