import { describe, expect, it } from 'vitest';
import { decimal, whole } from './number.format.js';

describe('a number', () => {
  it('may be text, as a variable is', () => {
    expect(whole.parse('8050')).toEqual({ ok: true, value: 8_050 });
    expect(decimal.parse('0.25')).toEqual({ ok: true, value: 0.25 });
  });

  it.each([1.5, '1.5', '1e3', ' 8050', '0x10', '', Infinity, 2 ** 53, true, null])(
    'is not whole as %j',
    (raw) => {
      expect(whole.parse(raw)).toMatchObject({ ok: false });
    },
  );
});
