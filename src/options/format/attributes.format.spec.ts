import { describe, expect, it } from 'vitest';
import { attributes } from './attributes.format.js';

describe('default user attributes', () => {
  it('are texts, numbers and lists of texts', () => {
    const given = { Country: 'HU', age: 5, roles: ['a', 'b'] };
    expect(attributes.parse(given)).toEqual({ ok: true, value: given });
    expect(attributes.parse(JSON.stringify(given))).toEqual({ ok: true, value: given });
  });

  it.each([{ a: true }, { a: null }, { a: [1] }, { a: {} }, ['a'], 'a'])('are not %j', (raw) => {
    expect(attributes.parse(raw)).toMatchObject({ ok: false });
  });
});
