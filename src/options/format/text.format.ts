import { mustBe, parsed, type Format, type Parsed } from './format.js';

function parseText(raw: unknown): Parsed<string> {
  if (typeof raw === 'string') return raw === '' ? mustBe('must not be empty') : parsed(raw);
  // YAML reads 0123 as 123 and 1e5 as 100000: turned back into text, a secret would be another one.
  if (typeof raw === 'number' || typeof raw === 'boolean') {
    return mustBe('must be text: put it in quotes');
  }
  return mustBe('must be text');
}

/** Text that is not empty. */
export const text: Format<string> = { name: 'text', parse: parseText };

/** What is said of a secret without any: an empty file gives one, and it is the first that is guessed. */
export const BLANK_SECRET = 'must not be blank';

/** Text that no log, message or page may show. */
export const secret: Format<string> = {
  name: 'secret',
  parse: (raw) => {
    const result = parseText(raw);
    return result.ok && result.value.trim() === '' ? mustBe(BLANK_SECRET) : result;
  },
};
