import { describe, expect, it, vi } from 'vitest';
import { compileConfig } from './compile.js';
import type { ConfigJson, RuleJson, SettingJson } from './config-json.js';
import { FlagNotFoundError } from './flag-not-found-error.js';
import { InvalidModelError } from './invalid-model-error.js';

const off: SettingJson = { t: 0, v: { b: false }, i: 'off' };
const on = { v: { b: true }, i: 'on' };

function config(f: Record<string, SettingJson>, s: ConfigJson['s'] = null): ConfigJson {
  return { p: { s: 'salt' }, s, f };
}

function flag(...r: RuleJson[]): SettingJson {
  return { ...off, r };
}

function emailIs(email: string): RuleJson {
  return { c: [{ u: { a: 'Email', c: 28, s: email } }], s: on };
}

describe('a compiled config', () => {
  it('lists keys by their UTF-8 bytes', () => {
    const { keys } = compileConfig(config({ '😀': off, '\uffee': off, b: off, 10: off, a: off }));
    expect(keys).toEqual(['10', 'a', 'b', '\uffee', '😀']);
  });

  it('counts what it evaluates', () => {
    const compiled = compileConfig(config({ a: off, b: off }));
    compiled.evaluate('a', undefined);
    compiled.evaluateAll(undefined);
    expect(() => compiled.evaluate('none', undefined)).toThrow(FlagNotFoundError);
    expect(compiled.evaluated).toBe(3);
  });

  it('knows only its own flags, whatever objects inherit', () => {
    const compiled = compileConfig(config({ a: off }));
    expect(compiled.has('toString')).toBe(false);
    expect(() => compiled.evaluate('toString', {})).toThrow(FlagNotFoundError);
  });

  it('hands out one object for one outcome', () => {
    const compiled = compileConfig(config({ a: flag(emailIs('x'), emailIs('y')) }));
    const first = compiled.evaluate('a', { Email: 'x' });
    expect(compiled.evaluate('a', { Email: 'x' })).toBe(first);
    expect(compiled.evaluateAll({ Email: 'x' })).toEqual([{ key: 'a', evaluation: first }]);
    expect(first).toEqual({
      value: true,
      variationId: 'on',
      matchedRuleIndex: 0,
      matchedOptionIndex: undefined,
      json: '{"value":true,"variationId":"on"}',
    });
  });

  it('has null for a missing variation id, and "" in its JSON', () => {
    const compiled = compileConfig(
      config({ a: { t: 1, v: { s: '<' } }, b: { t: 3, v: { d: 0.5 } } }),
    );
    expect(compiled.evaluate('a', undefined).variationId).toBeNull();
    expect(compiled.evaluate('a', undefined).json).toBe(
      String.raw`{"value":"\u003c","variationId":""}`,
    );
    expect(compiled.evaluate('b', undefined).json).toBe('{"value":0.5,"variationId":""}');
  });

  it('lets a flag that fails spoil no other', () => {
    const compiled = compileConfig(config({ a: { ...off, v: {} }, b: off }));
    const evaluations = compiled.evaluateAll(undefined).map(({ evaluation }) => evaluation?.value);
    expect(evaluations).toEqual([undefined, false]);
    expect(() => compiled.evaluate('a', undefined)).toThrow(InvalidModelError);
  });

  it('reads own attributes only', () => {
    const compiled = compileConfig(config({ a: flag(emailIs('x')) }));
    const user: Record<string, unknown> = Object.create({ Email: 'x' });
    expect(compiled.evaluate('a', user).value).toBe(false);
  });

  it('takes 10,000 rules, of one kind or mixed, and the first of them that matches', () => {
    const rules = Array.from({ length: 10_000 }, (_, i) => emailIs(`${i % 6000}`));
    const mixed = rules.flatMap((rule) => [rule, { c: [{ u: { a: 'Age', c: 12, d: 0 } }], s: on }]);
    const compiled = compileConfig(config({ plain: flag(...rules), mixed: flag(...mixed) }));
    expect(compiled.evaluate('plain', { Email: '10' }).matchedRuleIndex).toBe(10);
    expect(compiled.evaluate('plain', { Email: '5999' }).matchedRuleIndex).toBe(5999);
    expect(compiled.evaluate('mixed', { Email: '5999', Age: 1 }).matchedRuleIndex).toBe(11_998);
  });

  it('makes a set of a list once, when it is first asked', () => {
    const item = vi.fn<() => string>(() => 'x');
    const list = Object.defineProperty([''], 0, { get: item });
    const rule = { c: [{ u: { a: 'Email', c: 0, l: list } }], s: on };
    const compiled = compileConfig(config({ a: flag(rule) }));
    expect(item).not.toHaveBeenCalled();
    expect(compiled.evaluate('a', { Email: 'x' }).value).toBe(true);
    expect(compiled.evaluate('a', { Email: 'x' }).value).toBe(true);
    expect(item).toHaveBeenCalledTimes(1);
  });
});
