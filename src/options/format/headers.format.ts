import { mustBe, parsed, type Format, type Parsed } from './format.js';
import { structureOf } from './json.js';
import { isMapping } from './mapping.js';

/** Header names as they are written, with their values. */
export type Headers = Readonly<Record<string, string>>;

// RFC 9110, 5.6.2 and 5.5: what else Node would throw on, at the first response instead of here.
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

function parseHeaders(raw: unknown): Parsed<Headers> {
  const mapping = structureOf(raw);
  if (!isMapping(mapping)) return mustBe('must be a mapping of header names to texts');
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(mapping)) {
    if (!NAME.test(name)) return mustBe('must have header names of letters, digits and `-` only');
    if (typeof value !== 'string') return mustBe(`must have text as ${name}: put it in quotes`);
    if (!VALUE.test(value))
      return mustBe(`must have no line break or control character in ${name}`);
    entries.push([name, value]);
  }
  // Not by assignment: a header named __proto__ stays a header.
  return parsed(Object.fromEntries(entries));
}

/** Headers that are sent; JSON in the environment. */
export const headers: Format<Headers> = {
  name: 'mapping of header to text',
  json: true,
  parse: parseHeaders,
};

/** Headers that a request must bring: their values are secrets. */
export const secretHeaders: Format<Headers> = {
  name: 'mapping of header to secret',
  json: true,
  parse: parseHeaders,
};
