import { describe, expect, it } from 'vitest';
import type { CompiledConfig } from './compile.js';
import { compileConfig } from './compile.js';
import type { RuleJson, SettingJson } from './config-json.js';
import { InvalidModelError } from './invalid-model-error.js';

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
