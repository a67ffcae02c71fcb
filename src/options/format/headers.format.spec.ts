import { describe, expect, it } from 'vitest';
import { headers, secretHeaders } from './headers.format.js';

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

  it.each([
    'Content-Length',
    'Transfer-Encoding',
    'connection',
    'Keep-Alive',
    'UPGRADE',
    'Trailer',
    'TE',
    'Date',
  ])('are none of the server itself: %s', (name) => {
    const result = headers.parse({ 'X-A': 'a', [name]: '5' });
    expect(result).toEqual({
      ok: false,
      must: `must not have ${name}, which the server sets itself: leave it out`,
    });
  });

  it.each([headers, secretHeaders])('do not differ in upper and lower case only', (format) => {
    const result = format.parse({ 'X-Key': 'secret-a', 'x-key': 'secret-b' });
    expect(result).toEqual({
      ok: false,
      must: 'must not have both X-Key and x-key: upper and lower case are one',
    });
  });

  it('that requests must bring are never empty, which everybody would bring', () => {
    for (const empty of ['', ' ', '\t']) {
      const raw = { 'X-Other': 'secret', 'X-Key': empty };
      const must = 'must have a secret as X-Key, which is empty';
      expect(secretHeaders.parse(raw)).toEqual({ ok: false, must });
      expect(secretHeaders.parse(JSON.stringify(raw))).toEqual({ ok: false, must });
    }
    expect(headers.parse({ 'X-Key': '' })).toMatchObject({ ok: true });
  });
});
