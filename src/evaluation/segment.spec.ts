import { describe, expect, it, vi } from 'vitest';
import { compileConfig } from './compile.js';
import type { ConfigJson, SettingJson } from './config-json.js';

const off: SettingJson = { t: 0, v: { b: false } };

function inSegment(s: number, c = 0): SettingJson {
  return { ...off, r: [{ c: [{ s: { s, c } }], s: { v: { b: true } } }] };
}

const json: ConfigJson = {
  p: { s: 'salt' },
  s: [
    { n: 'plain', r: [{ a: 'Email', c: 28, s: 'x' }] },
    { n: 'audience', r: [{ a: 'Country', c: 28, s: 'ignored' }] },
  ],
  f: {
    in: inSegment(1),
    notIn: inSegment(1, 1),
    other: inSegment(0),
    dependent: {
      ...off,
      r: [{ c: [{ p: { f: 'in', c: 0, v: { b: true } } }], s: { v: { b: true } } }],
    },
  },
};

const has = vi.fn<(key: string) => boolean>((key) => key === 'member');
const audiences = new Map([[1, { attribute: 'Id', has }]]);
const compiled = compileConfig(json, { audienceSegments: audiences });

function served(user: Record<string, unknown> | undefined): unknown[] {
  return ['in', 'notIn', 'dependent'].map((key) => compiled.evaluate(key, user).value);
}

describe('a segment that stands for an audience', () => {
  it('is asked for the attribute, whatever conditions the JSON carries', () => {
    expect(served({ Id: 'member', Country: 'x' })).toEqual([true, false, true]);
    expect(served({ Id: 'stranger', Country: 'ignored' })).toEqual([false, true, false]);
  });

  it('takes the attribute as text', () => {
    const number = { attribute: 'Id', has: (key: string) => key === '12' };
    const numbers = compileConfig(json, { audienceSegments: new Map([[1, number]]) });
    expect(numbers.evaluate('in', { Id: 12 }).value).toBe(true);
  });

  it('matches neither way without user or attribute', () => {
    expect(served(undefined)).toEqual([false, false, false]);
    expect(served({ Country: 'ignored' })).toEqual([false, false, false]);
    expect(served({ Id: '' })).toEqual([false, false, false]);
  });

  it('is asked once for all flags of a user', () => {
    compiled.evaluateAll({ Id: 'member' });
    has.mockClear();
    compiled.evaluateAll({ Id: 'member' });
    expect(has).toHaveBeenCalledTimes(1);
  });

  it('is known to the flags that may ask it, also by their prerequisites', () => {
    const asked = compiled.keys.map((key) => [...compiled.audienceSegmentsOf(key)]);
    expect(asked).toEqual([[1], [1], [1], []]);
  });

  it('is explained without naming its members', () => {
    expect(compiled.explain('in', { Id: 'member' }).log.split('\n').slice(1, -1)).toEqual([
      '  Evaluating targeting rules and applying the first match if any:',
      "  - IF User IS IN SEGMENT 'audience'",
      '    (',
      "      Evaluating segment 'audience':",
      '      - IF User.Id IS ONE OF [<members of the audience>] => true',
      '      Segment evaluation result: User IS IN SEGMENT.',
      "      Condition (User IS IN SEGMENT 'audience') evaluates to true.",
      '    )',
      "    THEN 'true' => MATCH, applying rule",
    ]);
  });
});
