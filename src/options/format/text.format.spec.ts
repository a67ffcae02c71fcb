import { describe, expect, it } from 'vitest';
import { secret, text } from './text.format.js';

describe('text', () => {
  it('is taken as it is', () => {
    expect(text.parse(' a b ')).toEqual({ ok: true, value: ' a b ' });
  });

  it('is not made of a number, which YAML may have read as another one', () => {
    expect(text.parse(123)).toEqual({ ok: false, must: 'must be text: put it in quotes' });
  });

  it.each(['', {}, ['a']])('is not %j', (raw) => {
    expect(text.parse(raw)).toMatchObject({ ok: false });
  });

  it('is never shown in what it must be', () => {
    expect(JSON.stringify(secret.parse(4_711))).not.toContain('4711');
  });

  it.each(['', ' ', '\n', ' \t\r\n'])('is no secret where nothing is in it: %j', (raw) => {
    expect(secret.parse(raw)).toMatchObject({ ok: false });
  });
});
