import { describe, expect, it } from 'vitest';
import { Comparator } from './comparator.js';
import { compileConfig } from './compile.js';
import type { ConditionJson } from './config-json.js';
import { hashedItems, hashedSliceItems } from './hashed-items.js';
import { InvalidModelError } from './invalid-model-error.js';

const scope = { salt: 'salt', context: 'flag' };

function oneOf(a: string, ...values: string[]): ConditionJson {
  return { u: { a, c: Comparator.hashedIsOneOf, l: hashedItems(values, scope) } };
}

function startsWith(...l: string[]): ConditionJson {
  return { u: { a: 'Email', c: Comparator.hashedStartsWithAnyOf, l } };
}

/** The rule that serves, each rule being one of these rows of conditions. */
function matchedRule(user: Record<string, unknown>, ...rules: ConditionJson[][]): unknown {
  const r = rules.map((c) => ({ c, s: { v: { b: true } } }));
  const flag = { t: 0, v: { b: false }, r };
  return compileConfig({ p: { s: 'salt' }, f: { flag } }).evaluate('flag', user).matchedRuleIndex;
}

describe('hashed conditions', () => {
  it('that share a digest keep it while others are computed', () => {
    const user = { Email: 'x', Country: 'US' };
    const between = oneOf('Country', 'CA');
    expect(matchedRule(user, [oneOf('Email', 'y')], [between], [oneOf('Email', 'x')])).toBe(2);
  });

  it('find an item before a broken one, and fail where none is found', () => {
    const [item = ''] = hashedSliceItems(['ab'], scope);
    expect(matchedRule({ Email: 'abc' }, [startsWith(item, 'broken')])).toBe(0);
    expect(() => matchedRule({ Email: 'abc' }, [startsWith('broken', item)])).toThrow(
      InvalidModelError,
    );
    expect(() => matchedRule({ Email: 'x' }, [startsWith(item, '-1_00')])).toThrow(
      InvalidModelError,
    );
  });
});
