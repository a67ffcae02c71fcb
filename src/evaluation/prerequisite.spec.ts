import { describe, expect, it } from 'vitest';
import type { CompiledConfig } from './compile.js';
import { compileConfig } from './compile.js';
import type { ConditionJson, RuleJson, SettingJson } from './config-json.js';
import { InvalidModelError } from './invalid-model-error.js';
import type { User } from './user.js';

const off: SettingJson = { t: 0, v: { b: false } };
const on = { v: { b: true } };

/** A rule that serves true where the flag is true. */
function needs(f: string): RuleJson {
  return { c: [{ p: { f, c: 0, v: { b: true } } }], s: on };
}

function compile(f: Record<string, SettingJson>): CompiledConfig {
  return compileConfig({ f });
}

/** `flag0` needs `flag1`, and so on; the last one is this. */
function chain(length: number, last: SettingJson): Record<string, SettingJson> {
  const flags = Array.from({ length }, (_, i) => [
    `flag${i}`,
    { ...off, r: [needs(`flag${i + 1}`)] },
  ]);
  return { ...Object.fromEntries(flags), [`flag${length}`]: last };
}

function isOff(f: string): ConditionJson {
  return { p: { f, c: 0, v: { b: false } } };
}

/** A user who counts how often conditions read the attribute. */
function countingUser(): { user: User; reads: () => number } {
  let reads = 0;
  const user = {
    get Tags() {
      reads++;
      return ['x'];
    },
  };
  return { user, reads: () => reads };
}

describe('prerequisites', () => {
  it.each([1, 31, 32, 33, 34, 1000, 10_000])('may stand %i on one another', (length) => {
    const compiled = compile(chain(length, { ...off, ...on }));
    expect(compiled.evaluate('flag0', undefined).value).toBe(true);
    expect(compiled.evaluateAll(undefined).every(({ evaluation }) => evaluation?.value)).toBe(true);
  });

  it('fail with what fails deep below', () => {
    const compiled = compile(chain(5000, { ...off, v: {} }));
    expect(() => compiled.evaluate('flag0', undefined)).toThrow(InvalidModelError);
  });

  it('fail all flags above them in one walk', () => {
    const compiled = compile(chain(10_000, { ...off, v: {} }));
    expect(compiled.evaluateAll(undefined).every(({ evaluation }) => evaluation === null)).toBe(
      true,
    );
  });

  it('take no time out of proportion where many need the same ones', () => {
    const flags = Array.from({ length: 200 }, (_, i) => {
      const next = needs(`flag${i + 1}`);
      return [`flag${i}`, { ...off, r: [next, next, next] }];
    });
    const compiled = compile({ ...Object.fromEntries(flags), flag200: off });
    expect(compiled.evaluate('flag180', undefined).value).toBe(false);
    expect(compiled.evaluate('flag0', undefined).value).toBe(false);
  });

  describe('that are many and deep', () => {
    const deep = Array.from({ length: 3000 }, (_, i) => `deep${i}`);
    const needsChain = { ...off, r: [needs('flag0')] };
    const below = {
      ...Object.fromEntries(deep.map((key) => [key, needsChain])),
      ...chain(40, off),
    };
    const isIn: ConditionJson = { u: { a: 'Tags', c: 34, l: ['x'] } };

    it('have no condition of another rule computed again', () => {
      const r = deep.map((key) => ({ ...needs(key), c: [isIn, ...(needs(key).c ?? [])] }));
      const { user, reads } = countingUser();
      const compiled = compile({ ...below, root: { ...off, r } });
      expect(compiled.evaluate('root', user).value).toBe(false);
      expect(reads()).toBeLessThan(3 * deep.length);
    });

    it('have no condition of the same rule computed again', () => {
      const c = deep.flatMap((key) => [isIn, isOff(key)]);
      const { user, reads } = countingUser();
      const compiled = compile({ ...below, root: { ...off, r: [{ c, s: on }] } });
      const { value, matchedRuleIndex } = compiled.evaluate('root', user);
      expect([value, matchedRuleIndex]).toEqual([true, 0]);
      expect(reads()).toBeLessThan(3 * deep.length);
    });

    it('serve the rule they stand in, and fail only when they are reached', () => {
      const bad = { ...off, r: [needs('flag0'), needs('missing')] };
      const served = { c: [isOff('deep1')], s: on };
      const r = [needs('deep0'), served, needs('bad')];
      const compiled = compile({
        ...below,
        bad,
        good: { ...off, r },
        failing: { ...off, r: r.toReversed() },
      });
      expect(compiled.evaluate('good', undefined).matchedRuleIndex).toBe(1);
      expect(() => compiled.evaluate('failing', undefined)).toThrow('missing');
    });
  });

  it('that lead back are an error when that is reached, with the way in words', () => {
    const compiled = compile({
      x: { ...off, r: [needs('a')] },
      a: { ...off, r: [needs('b')] },
      b: { ...off, r: [needs('a')] },
      self: { ...off, r: [needs('self')] },
    });
    expect(() => compiled.evaluate('x', undefined)).toThrow(
      "Circular dependency detected between the following depending flags: 'x' -> 'a' -> 'b' -> 'a'.",
    );
    expect(() => compiled.evaluate('self', undefined)).toThrow("'self' -> 'self'");
  });

  it('that could lead back are none when a condition before keeps from it', () => {
    const never = { u: { a: 'Email', c: 28, s: 'x' } };
    const guarded = { ...needs('a'), c: [never, ...(needs('a').c ?? [])] };
    const compiled = compile({ a: { ...off, r: [needs('b')] }, b: { ...off, r: [guarded] } });
    expect(compiled.evaluate('a', { Email: 'y' }).value).toBe(false);
    expect(() => compiled.evaluate('a', { Email: 'x' })).toThrow("'a' -> 'b' -> 'a'");
  });
});
