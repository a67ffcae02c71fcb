import { describe, expect, it } from 'vitest';
import { printable, printableLines } from './printable.js';

describe('what is shown on a terminal', () => {
  it.each([
    ['Zoë 🚀 日本', 'Zoë 🚀 日本'],
    ['a\tb\r\nc', 'a\\tb\\r\\nc'],
    ['\u001b[31mred\u001b]0;title\u0007', '\\u001b[31mred\\u001b]0;title\\u0007'],
    ['\u009b2J\u202egnp.exe\u2066', '\\u009b2J\\u202egnp.exe\\u2066'],
    ['\u0000\ufeff\u2028', '\\u0000\\ufeff\\u2028'],
  ])('never moves the cursor, colours or turns it: %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('keeps the line breaks that are meant', () => {
    expect(printableLines('a\nb\u001b')).toBe('a\nb\\u001b');
  });
});
