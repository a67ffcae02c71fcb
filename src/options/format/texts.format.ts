import { mustBe, parsed, type Format, type Parsed } from './format.js';
import { structureOf } from './json.js';
import { BLANK_SECRET } from './text.format.js';

function parseList(raw: unknown): Parsed<readonly string[]> {
  const list = structureOf(raw);
  if (!Array.isArray(list)) return mustBe('must be a list of texts');
  const items: readonly unknown[] = list;
  const texts = items.filter((item) => typeof item === 'string').filter((item) => item !== '');
  if (texts.length < items.length) {
    return mustBe('must be a list of texts that are not empty (put numbers in quotes)');
  }
  return parsed(texts);
}

function parseOneOrMore(raw: unknown): Parsed<readonly string[]> {
  // One text is the usual case; only what is a JSON list is taken for several.
  if (typeof raw === 'string' && !raw.startsWith('[')) {
    return raw === '' ? mustBe('must not be empty') : parsed([raw]);
  }
  if (typeof raw === 'number') return mustBe('must be text: put it in quotes');
  return parseList(raw);
}

/** A list of texts; JSON in the environment. */
export const texts: Format<readonly string[]> = {
  name: 'list of texts',
  json: true,
  parse: parseList,
};

/** One text or a list of them; always a list once read. */
export const textOrTexts: Format<readonly string[]> = {
  name: 'text or list of texts',
  parse: parseOneOrMore,
};

/** One secret or a list of them, while they are rotated; always a list once read. */
export const secrets: Format<readonly string[]> = {
  name: 'secret or list of secrets',
  parse: (raw) => {
    const result = parseOneOrMore(raw);
    const isBlank = result.ok && result.value.some((secret) => secret.trim() === '');
    return isBlank ? mustBe(BLANK_SECRET) : result;
  },
};
