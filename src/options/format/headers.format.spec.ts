import { describe, expect, it } from 'vitest';
import { headers } from './headers.format.js';

describe('headers', () => {
  it('keep their names as they are written', () => {
    const given = { 'X-Api-Key': 'a b', __proto: '' };
    expect(headers.parse(given)).toEqual({ ok: true, value: given });
    expect(headers.parse(JSON.stringify(given))).toEqual({ ok: true, value: given });
  });

  it('may have any name, also that of a prototype', () => {
    const result = headers.parse('{"__proto__":"a"}');
    expect(result.ok && Object.entries(result.value)).toEqual([['__proto__', 'a']]);
  });

  it.each([{ 'X Key': 'a' }, { '': 'a' }, { 'X-A': 5 }, { 'X-A': 'a\r\nX-B: b' }, { 'X-A': '€' }])(
    'that Node would refuse to send are refused: %j',
    (raw) => {
      expect(headers.parse(raw)).toMatchObject({ ok: false });
    },
  );

  it.each([['a'], 'X-A: a', 5, null])('are not %j', (raw) => {
    expect(headers.parse(raw)).toMatchObject({ ok: false });
  });
});
