import { mustBe, parsed, type Format, type Parsed } from './format.js';
import { structureOf } from './json.js';
import { isMapping } from './mapping.js';

/** Header names as they are written, with their values. */
export type Headers = Readonly<Record<string, string>>;

// RFC 9110, 5.6.2 and 5.5: what else Node would throw on, at the first response instead of here.
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
/** What is received is bytes: it may be any text as UTF-8. */
const SECRET = /^[\t\u0020-\u007e\u0080-\uffff]*$/;

/** They say where a message ends, or what becomes of a connection: only the server knows. Date, too, is its own. */
const OF_THE_SERVER: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What one of them must be; undefined: nothing is wrong with it. */
type Judge = (name: string, value: string) => string | undefined;

function parseHeaders(raw: unknown, judge: Judge): Parsed<Headers> {
  const mapping = structureOf(raw);
  if (!isMapping(mapping)) return mustBe('must be a mapping of header names to texts');
  const entries = new Map<string, [string, string]>();
  for (const [name, value] of Object.entries(mapping)) {
    if (!NAME.test(name)) return mustBe('must have header names of letters, digits and `-` only');
    if (typeof value !== 'string') return mustBe(`must have text as ${name}: put it in quotes`);
    const wrong = judge(name, value);
    if (wrong !== undefined) return mustBe(wrong);
    const [other] = entries.get(name.toLowerCase()) ?? [];
    if (other !== undefined) {
      return mustBe(`must not have both ${other} and ${name}: upper and lower case are one`);
    }
    entries.set(name.toLowerCase(), [name, value]);
  }
  // Not by assignment: a header named __proto__ stays a header.
  return parsed(Object.fromEntries(entries.values()));
}

/** Headers that are sent; JSON in the environment. */
export const headers: Format<Headers> = {
  name: 'mapping of header to text',
  json: true,
  parse: (raw) =>
    parseHeaders(raw, (name, value) => {
      if (!VALUE.test(value)) return controlled(name);
      if (!OF_THE_SERVER.has(name.toLowerCase())) return undefined;
      return `must not have ${name}, which the server sets itself: leave it out`;
    }),
};

/** Headers that a request must bring: their values are secrets. An empty one would let everybody in. */
export const secretHeaders: Format<Headers> = {
  name: 'mapping of header to secret',
  json: true,
  parse: (raw) =>
    parseHeaders(raw, (name, value) => {
      if (!SECRET.test(value)) return controlled(name);
      return value.trim() === '' ? `must have a secret as ${name}, which is empty` : undefined;
    }),
};

function controlled(name: string): string {
  return `must have no line break or control character in ${name}`;
}
