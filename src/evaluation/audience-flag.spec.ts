import { describe, expect, it } from 'vitest';
import { compileConfig } from './compile.js';
import type { ConfigJson, RuleJson } from './config-json.js';
import type { User } from './user.js';

const members = new Set(['ada', '42', '["a"]', '86400', 'true']);
const audience = { attribute: 'Identifier', has: (key: string) => members.has(key) };

const toMembers: RuleJson = { c: [{ s: { s: 0, c: 0 } }], s: { v: { b: true }, i: 'in' } };
/** Matches nobody, and keeps the flag from being taken in one step. */
const toNobody: RuleJson = {
  c: [{ u: { a: 'Nobody', c: 28, s: 'x' } }],
  s: { v: { b: true }, i: 'nobody' },
};

function config(rules: readonly RuleJson[]): ConfigJson {
  return {
    p: { s: 'salt' },
    s: [{ n: 'audience', r: [] }],
    f: { flag: { t: 0, v: { b: false }, i: 'out', r: rules } },
  };
}

const users: ReadonlyArray<User | undefined> = [
  undefined,
  {},
  { Identifier: 'ada' },
  { Identifier: 'eve' },
  { Identifier: '' },
  { Identifier: null },
  { Identifier: undefined },
  { Identifier: 42 },
  { Identifier: ['a'] },
  { Identifier: new Date(86_400_000) },
  { Identifier: true },
  Object.create({ Identifier: 'ada' }),
];

const options = { audienceSegments: new Map([[0, audience]]) };

/** What the flag gives when it is asked for the second time: the first compiles it. */
function outcome(rules: readonly RuleJson[], user: User): unknown {
  const compiled = compileConfig(config(rules), options);
  const once = (): unknown => {
    try {
      return compiled.evaluate('flag', user).json;
    } catch (error) {
      return error;
    }
  };
  once();
  return once();
}

describe('a flag that serves an audience', () => {
  const direct = compileConfig(config([toMembers]), options);
  const general = compileConfig(config([toNobody, toMembers]), options);

  it.each(users.map((user) => [user]))('serves %o the same in one step as rule by rule', (user) => {
    // The first evaluation compiles the flag, the second takes the one step.
    const first = direct.evaluate('flag', user);
    const expected = general.evaluate('flag', user);
    for (const evaluation of [first, direct.evaluate('flag', user)]) {
      expect(evaluation.json).toBe(expected.json);
    }
    expect(first).toBe(direct.evaluate('flag', user));
    expect(direct.evaluateAll(user)).toEqual([{ key: 'flag', evaluation: first }]);
    expect(first.matchedRuleIndex).toBe(expected.matchedRuleIndex === 1 ? 0 : undefined);
  });

  it('reads a computed attribute through its computation', () => {
    const derivedAttributes = new Map([['Identifier', () => ['a']]]);
    const compiled = compileConfig(config([toMembers]), { ...options, derivedAttributes });
    compiled.evaluate('flag', { Identifier: 'eve' });
    expect(compiled.evaluate('flag', { Identifier: 'eve' }).value).toBe(true);
  });

  it.each<[string, RuleJson]>([
    ['is turned round', { ...toMembers, c: [{ s: { s: 0, c: 1 } }] }],
    ['has an unknown comparator', { ...toMembers, c: [{ s: { s: 0, c: 7 } }] }],
    ['has another condition', { ...toMembers, c: [...(toMembers.c ?? []), ...(toNobody.c ?? [])] }],
    ['refers to no segment', { ...toMembers, c: [{ s: { s: 9, c: 0 } }] }],
    ['serves nothing', { c: toMembers.c ?? [] }],
    ['serves what is not of its type', { ...toMembers, s: { v: { s: 'x' }, i: 'in' } }],
  ])('is taken rule by rule when it %s', (_flaw, rule) => {
    for (const user of [{ Identifier: 'ada' }, { Identifier: 'eve' }]) {
      expect(outcome([rule], user)).toEqual(outcome([toNobody, rule], user));
    }
  });
});
