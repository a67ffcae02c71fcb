import { mustBe, parsed, type Format } from './format.js';

/** One of a few words, in lower case as the contract writes them. */
export function oneOf<const W extends string>(...words: readonly W[]): Format<W> {
  const listed = words.map((word) => `\`${word}\``).join(', ');
  return {
    name: words.map((word) => `\`${word}\``).join(' or '),
    parse: (raw) => {
      const word = words.find((known) => known === raw);
      return word === undefined ? mustBe(`must be one of ${listed}`) : parsed(word);
    },
  };
}
