import { describe, expect, it } from 'vitest';
import { textConfig } from '../../test/support/upstream.js';
import { readBaseConfig, type BaseConfig } from './base-config.js';
import { fetched, type KeptConfig } from './kept-config.js';
import { UpstreamTags } from './upstream-tags.js';

const base = (text: string, etag?: string): BaseConfig => readBaseConfig(textConfig(text), etag);
const stored = (text: string, etag?: string): KeptConfig => ({
  ...fetched(base(text, etag), 0),
  isStored: true,
});

/** The tags under which one answer after the other is kept: texts with their tags, as `one:"a"`. */
function kept(answers: readonly string[], known?: KeptConfig): ReadonlyArray<string | undefined> {
  const tags = new UpstreamTags();
  let last = known;
  return answers.map((answer) => {
    const [text = '', etag] = answer.split(':');
    last = fetched(tags.verified(base(text, etag), last), 0);
    return last.base.etag;
  });
}

describe('the tag of an upstream', () => {
  it.each([
    ['names what it came with', ['one:"a"', 'one:"a"'], ['"a"', '"a"']],
    ['may change with the config', ['one:"a"', 'two:"b"', 'one:"a"'], ['"a"', '"b"', '"a"']],
    ['may change alone', ['one:"a"', 'one:"b"'], ['"a"', '"b"']],
    ['may be none', ['one', 'two:"b"', 'three'], [undefined, '"b"', undefined]],
    [
      'that comes again with another config is not taken, as long as that is there',
      ['one:"a"', 'two:"a"', 'two:"a"', 'three:"a"', 'four:"b"'],
      ['"a"', undefined, undefined, undefined, '"b"'],
    ],
    [
      'is not taken for another config later either, nor as a weak one',
      ['one:"a"', 'two:"b"', 'three:"a"', 'three:W/"b"'],
      ['"a"', '"b"', undefined, undefined],
    ],
  ])('%s', (_what, answers, expected) => {
    expect(kept(answers)).toEqual(expected);
  });

  it('is known from what was stored', () => {
    expect(kept(['two:"a"'], stored('one', '"a"'))).toEqual([undefined]);
    expect(kept(['one:"a"'], stored('one', '"a"'))).toEqual(['"a"']);
  });

  it('is in doubt for what was stored without one, which may have lost it', () => {
    const answers = ['two:"a"', 'two:"a"', 'three:"a"', 'four:"b"'];
    expect(kept(answers, stored('two'))).toEqual([undefined, undefined, undefined, '"b"']);
  });
});
