import { describe, expect, it } from 'vitest';
import { BadRequestError, readEvaluationRequest } from './evaluation-request.js';

const read = (body: unknown, ...defaults: ReadonlyArray<Record<string, unknown>>) =>
  readEvaluationRequest(typeof body === 'string' ? body : JSON.stringify(body), () => defaults);

describe('a question', () => {
  it('names a flag and a user, or neither', () => {
    expect(read({ key: 'flag', user: { Identifier: 'ada' } })).toEqual({
      key: 'flag',
      user: { Identifier: 'ada' },
    });
    for (const body of ['{}', 'null', '{"key":null,"user":null}', '{"more":1}']) {
      expect(read(body)).toEqual({ key: '', user: undefined });
    }
  });

  it.each(['', '{"key":', '[]', '7', '{"key":7}', '{"user":"ada"}', '{"user":[]}'])(
    'is refused when it is %s',
    (body) => {
      expect(() => read(body)).toThrow(BadRequestError);
    },
  );

  it('keeps texts, numbers and the texts of lists', () => {
    const user = { text: '', number: 1.5, list: ['a', 1, null, 'b', []] };
    expect(read({ user }).user).toEqual({ text: '', number: 1.5, list: ['a', 'b'] });
  });

  it.each([true, null, {}])('is refused with an attribute that is %j', (value) => {
    expect(() => read({ user: { odd: value } })).toThrow(
      "'odd' has an invalid type, only 'string', 'number', and 'string[]' types are allowed",
    );
  });
});

describe('default attributes', () => {
  it('count where neither a later default nor the request says otherwise', () => {
    const user = { b: 'request', c: 'request' };
    expect(read({ user }, { a: 1, b: 1, d: 1 }, { c: 2, d: 2 }).user).toEqual({
      a: 1,
      b: 'request',
      c: 'request',
      d: 2,
    });
  });

  it('make a user where the request has none, and none where there are none', () => {
    expect(read({}, {}, { country: 'HU' }).user).toEqual({ country: 'HU' });
    expect(read({}, {}, {}).user).toBeUndefined();
    expect(read({ user: {} }).user).toEqual({});
  });

  it('are not changed by a request', () => {
    const defaults = { a: 1 };
    read({ user: { a: 2, b: 3 } }, defaults);
    expect(defaults).toEqual({ a: 1 });
  });
});

describe('a user', () => {
  it('may have attributes with the names of JavaScript', () => {
    const { user } = read('{"user":{"__proto__":"x","constructor":"y"}}');
    expect(Object.entries(user ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
