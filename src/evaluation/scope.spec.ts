import { describe, expect, it, vi } from 'vitest';
import { compileConfig } from './compile.js';
import type { SettingJson } from './config-json.js';
import type { User } from './user.js';

const off: SettingJson = { t: 0, v: { b: false } };
const on = { v: { b: true } };

function contains(item: string): SettingJson {
  return { ...off, r: [{ c: [{ u: { a: 'audiences', c: 34, l: [item] } }], s: on }] };
}

const f = {
  direct: contains('beta'),
  second: contains('gamma'),
  bySegment: { ...off, r: [{ c: [{ s: { s: 0, c: 0 } }], s: on }] },
  byPercentage: { ...off, a: 'audiences', p: [{ p: 100, ...on }] },
  none: off,
};
const s = [{ n: 'beta', r: [{ a: 'audiences', c: 34, l: ['beta'] }] }];

describe('a derived attribute', () => {
  const derive = vi.fn<(user: User) => string[] | undefined>((user) =>
    user['Id'] === 'member' ? ['alpha', 'beta'] : undefined,
  );
  const compiled = compileConfig({ s, f }, { derivedAttributes: new Map([['audiences', derive]]) });

  it('is computed wherever it is read', () => {
    const values = compiled
      .evaluateAll({ Id: 'member' })
      .map(({ evaluation }) => evaluation?.value);
    expect(compiled.keys).toEqual(['byPercentage', 'bySegment', 'direct', 'none', 'second']);
    expect(values).toEqual([true, true, true, false, false]);
  });

  it('is computed once an evaluation', () => {
    derive.mockClear();
    compiled.evaluateAll({ Id: 'member' });
    expect(derive).toHaveBeenCalledTimes(1);
  });

  it('takes the place of what the user carries under its name', () => {
    const user = { Id: 'stranger', audiences: ['beta'] };
    expect(compiled.evaluate('direct', user).value).toBe(false);
    expect(compiled.evaluate('direct', undefined).value).toBe(false);
  });

  it('is known to the flags that may read it', () => {
    const reading = compiled.keys.filter((key) => compiled.derivedAttributesOf(key).size > 0);
    expect(reading).toEqual(['byPercentage', 'bySegment', 'direct', 'second']);
  });
});
