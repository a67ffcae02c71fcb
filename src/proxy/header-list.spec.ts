import { describe, expect, it } from 'vitest';
import { overlaid } from './header-list.js';

describe('a header list over another', () => {
  it.each([
    ['other names', ['A', '1'], ['B', '2'], ['A', '1', 'B', '2']],
    ['the same name', ['A', '1', 'B', '2'], ['A', '3'], ['B', '2', 'A', '3']],
    ['the same name in other letters', ['x-a', '1'], ['X-A', '2'], ['X-A', '2']],
    [
      'a value that is a name below',
      ['A', 'B', 'B', '1'],
      ['C', 'A'],
      ['A', 'B', 'B', '1', 'C', 'A'],
    ],
    ['a name that is a value below', ['A', 'B'], ['B', '1'], ['A', 'B', 'B', '1']],
    ['Vary', ['Vary', 'Origin'], ['vary', 'Cookie'], ['Vary', 'Origin', 'vary', 'Cookie']],
    ['nothing', ['A', '1'], [], ['A', '1']],
  ])('with %s', (_what, under, over, expected) => {
    expect(overlaid(under, over)).toEqual(expected);
  });
});
