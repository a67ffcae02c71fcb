import { describe, expect, it } from 'vitest';
import { secrets, texts } from './texts.format.js';

describe('a list of texts', () => {
  it('may be JSON in a text', () => {
    expect(texts.parse('["a","b"]')).toEqual({ ok: true, value: ['a', 'b'] });
  });

  it.each(['a', [1], [''], { a: 1 }, 5])('is not %j', (raw) => {
    expect(texts.parse(raw)).toMatchObject({ ok: false });
  });
});

describe('one secret or several', () => {
  it('is always a list', () => {
    expect(secrets.parse('a')).toEqual({ ok: true, value: ['a'] });
    expect(secrets.parse(['a', 'b'])).toEqual({ ok: true, value: ['a', 'b'] });
  });

  it.each(['', ' ', '\n', 5, ['a', ''], ['a', ' '], '["\\n"]', [5], {}])('is not %j', (raw) => {
    expect(secrets.parse(raw)).toMatchObject({ ok: false });
  });
});
