import { CONTEXT_KEY_WORDS, parseContextKey } from '../context-key.js';
import { mustBe, parsed, type Format } from './format.js';

const listed = CONTEXT_KEY_WORDS.map((word) => `\`${word}\``).join(', ');

/** The text of `context_key`, known to be one that `parseContextKey` reads. */
export const contextKey: Format<string> = {
  name: `${listed} or \`path:$.…\``,
  parse: (raw) => {
    if (typeof raw === 'string' && parseContextKey(raw) !== undefined) return parsed(raw);
    return mustBe(`must be one of ${listed}, or a path such as path:$.traits.customer_id`);
  },
};
