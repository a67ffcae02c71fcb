import { describe, expect, it } from 'vitest';
import { quotedPair, shownText } from './shown-text.js';

describe('a text that is shown', () => {
  it('has a hundred characters at most, the ellipsis among them', () => {
    expect(shownText('a'.repeat(100))).toBe('a'.repeat(100));
    expect(shownText('a'.repeat(101))).toBe(`${'a'.repeat(99)}…`);
  });

  it('is not cut within a character', () => {
    expect(shownText(`${'a'.repeat(98)}😀😀`)).toBe(`${'a'.repeat(98)}…`);
  });

  it('is one line that PostgreSQL and JSON take', () => {
    expect(shownText('a\nb\u0000c\u2028d\ud83d')).toBe('a b c d\ufffd');
    expect(shownText('👩‍👩‍👧')).toBe('👩‍👩‍👧');
  });
});

describe('two texts', () => {
  it('are shown from their start where their difference is seen there', () => {
    const tail = 'x'.repeat(200);
    expect(quotedPair(`a${tail}`, 'b')).toEqual([`'a${'x'.repeat(98)}…'`, "'b'"]);
  });

  it('are shown from just before their difference where that is far', () => {
    const head = 'x'.repeat(200);
    expect(quotedPair(`${head}10`, `${head}20, and more`)).toEqual([
      `'…${'x'.repeat(30)}10'`,
      `'…${'x'.repeat(30)}20, and more'`,
    ]);
  });

  it('are not cut within a character before their difference', () => {
    const head = `${'😀'.repeat(50)}${'x'.repeat(29)}`;
    expect(quotedPair(`${head}1`, `${head}2`)).toEqual([
      `'…${'x'.repeat(29)}1'`,
      `'…${'x'.repeat(29)}2'`,
    ]);
  });
});
