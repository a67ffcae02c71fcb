import { describe, expect, it } from 'vitest';
import { compileConfig } from './compile.js';
import type { RuleJson, SettingJson } from './config-json.js';
import { FlagNotFoundError } from './flag-not-found-error.js';

const off: SettingJson = { t: 0, v: { b: false } };
const on = { v: { b: true } };

function needs(f: string): RuleJson {
  return { c: [{ p: { f, c: 0, v: { b: true } } }], s: on };
}

describe('an explanation', () => {
  it('is the tree of what was reached, with outcomes', () => {
    const condition = { u: { a: 'Email', c: 0, l: ['x'] } };
    const compiled = compileConfig({
      f: { a: { ...off, r: [{ c: [condition, condition], s: on }], p: [{ p: 100, ...on }] } },
    });
    const { trace, evaluation } = compiled.explain('a', { Email: 'y', Identifier: 'id' });
    expect(evaluation).toBe(compiled.evaluate('a', { Email: 'y', Identifier: 'id' }));
    expect(trace).toEqual({
      key: 'a',
      rules: [
        {
          conditionCount: 2,
          conditions: [{ kind: 'user', text: "User.Email IS ONE OF ['x']", outcome: false }],
          value: 'true',
          outcome: false,
        },
      ],
      percentage: {
        attribute: 'Identifier',
        bucket: 32,
        option: { index: 0, share: 100, value: 'true' },
      },
    });
  });

  it('tells how far a failing evaluation came', () => {
    const compiled = compileConfig({ f: { a: { ...off, r: [needs('missing')] } } });
    const { error, evaluation, log } = compiled.explain('a', undefined);
    expect(evaluation).toBeUndefined();
    expect(error?.message).toBe('Prerequisite flag is missing.');
    expect(log.split('\n')).toEqual([
      "Evaluating 'a'",
      '  Evaluating targeting rules and applying the first match if any:',
      "  - IF Flag '<invalid reference>' EQUALS 'true'",
      "  Returning 'null'.",
    ]);
  });

  it('tells prerequisites to a certain depth, and evaluates any', () => {
    const chain = Array.from({ length: 3000 }, (_, i) => [
      `f${i}`,
      { ...off, r: [needs(`f${i + 1}`)] },
    ]);
    const compiled = compileConfig({
      f: { ...Object.fromEntries(chain), f3000: { ...off, ...on } },
    });
    const { evaluation, log } = compiled.explain('f0', undefined);
    expect(evaluation?.value).toBe(true);
    expect(log.length).toBeLessThan(100_000);
  });

  it('tells prerequisites up to a certain sum, and evaluates any', () => {
    const diamonds = Array.from({ length: 40 }, (_, i) => {
      const next = needs(`f${i + 1}`);
      return [`f${i}`, { ...off, r: [next, next] }];
    });
    const compiled = compileConfig({ f: { ...Object.fromEntries(diamonds), f40: off } });
    const { evaluation, error, trace, log } = compiled.explain('f0', undefined);
    expect([evaluation?.value, error]).toEqual([false, undefined]);
    expect(trace.rules.map(({ outcome }) => outcome)).toEqual([false, false]);
    expect(log.length).toBeLessThan(8_000_000);
    expect(log).toContain("Prerequisite flag evaluation result: 'false'.");
  });

  it('fails with a prerequisite that it tells only by its value', () => {
    const many = Array.from({ length: 6000 }, () => needs('b'));
    const compiled = compileConfig({
      f: { a: { ...off, r: [...many, needs('bad')] }, b: off, bad: { ...off, r: [needs('no')] } },
    });
    const { error, trace } = compiled.explain('a', undefined);
    expect(error?.message).toBe('Prerequisite flag is missing.');
    expect(trace.rules).toHaveLength(6001);
    expect(trace.rules.at(-1)?.outcome).toBeUndefined();
  });

  it('tells a prerequisite as often as it is asked, and takes that for no cycle', () => {
    const twice = { ...off, r: [needs('b'), needs('b')] };
    const compiled = compileConfig({ f: { a: twice, b: off } });
    const { error, trace } = compiled.explain('a', undefined);
    expect(error).toBeUndefined();
    expect(trace.rules.map(({ outcome }) => outcome)).toEqual([false, false]);
  });

  it('is refused for a flag that does not exist', () => {
    expect(() => compileConfig({}).explain('a', undefined)).toThrow(FlagNotFoundError);
  });
});
