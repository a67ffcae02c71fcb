import { describe, expect, it } from 'vitest';
import { parseConfig } from '../evaluation/config.js';
import type { ConfigJson, RuleJson, SegmentJson, SettingJson } from '../evaluation/config-json.js';
import { configChanges } from './config-changes.js';

const OFF: SettingJson = { t: 0, v: { b: false } };
const ON: SettingJson = { t: 0, v: { b: true } };

const ALPHA: SegmentJson = { n: 'Alpha', r: [{ a: 'Email', c: 0, l: ['a'] }] };
const BETA: SegmentJson = { n: 'Beta', r: [{ a: 'Email', c: 0, l: ['b'] }] };

function inSegment(index: number): SettingJson {
  return { ...OFF, r: [{ c: [{ s: { s: index, c: 0 } }], s: { v: { b: true } } }] };
}

function hashed(...l: readonly string[]): SettingJson {
  return { ...OFF, r: [{ c: [{ u: { a: 'Email', c: 16, l } }], s: { v: { b: true } } }] };
}

function salted(s: string | null, flag: SettingJson): ConfigJson {
  return { p: { s }, f: { flag } };
}

function subjectsOf(before: ConfigJson, after: ConfigJson): string[] {
  return configChanges(before, after).map(({ kind, subject }) => `${kind} ${subject}`);
}

function detailsOf(before: ConfigJson, after: ConfigJson): string[] {
  return configChanges(before, after).map(({ details }) => details);
}

describe('the changes of a config', () => {
  it('are one a flag in the order of keys, then one a segment in the order of names', () => {
    const before = { f: { z: OFF, a: OFF, m: OFF, same: ON }, s: [BETA] };
    const after = { f: { same: ON, z: ON, b: ON, a: ON }, s: [ALPHA] };
    expect(subjectsOf(before, after)).toEqual([
      'flag a',
      'flag b',
      'flag m',
      'flag z',
      'segment Alpha',
      'segment Beta',
    ]);
  });

  it('are none between empty configs, whatever stands for nothing', () => {
    expect(configChanges({}, { p: null, s: null, f: null })).toEqual([]);
    expect(configChanges({ f: { x: OFF } }, { f: { x: { ...OFF, r: [], p: null } } })).toEqual([]);
  });

  it('name a flag whose key is __proto__', () => {
    const before = parseConfig('{"f":{}}');
    const after = parseConfig(
      '{"f":{"__proto__":{"t":0,"v":{"b":true}},"toString":{"t":0,"v":{"b":true}}}}',
    );
    expect(subjectsOf(before, after)).toEqual(['flag __proto__', 'flag toString']);
    expect(subjectsOf(after, before)).toEqual(['flag __proto__', 'flag toString']);
    expect(subjectsOf(after, after)).toEqual([]);
  });

  it('keep the key as it is, and make it readable in the sentence', () => {
    const key = `a\u0000\n\ud83d${'k'.repeat(200)}`;
    const [change] = configChanges({}, { f: { [key]: OFF } });
    expect(change?.subject).toBe(key);
    expect(change?.details).toBe(
      `Flag 'a  \ufffd${'k'.repeat(95)}…' was created. It serves 'off' to everyone.`,
    );
  });
});

describe('segments in the conditions of flags', () => {
  it('are those of the name, so that one that is inserted before them changes nothing', () => {
    const before = { s: [BETA], f: { flag: inSegment(0) } };
    const after = { s: [ALPHA, BETA], f: { flag: inSegment(1) } };
    expect(subjectsOf(before, after)).toEqual(['segment Alpha']);
  });

  it('are others where the index stayed but the name did not', () => {
    const before = { s: [ALPHA, BETA], f: { flag: inSegment(0) } };
    const after = { s: [BETA, ALPHA], f: { flag: inSegment(0) } };
    expect(detailsOf(before, after)).toEqual([
      "Targeting rule 1 of 'flag' now serves 'on' to IS IN SEGMENT 'Beta'; it did so to IS IN SEGMENT 'Alpha'.",
    ]);
  });

  it('are told apart where two have one name', () => {
    const segments = [BETA, { ...BETA, r: [] }];
    const before = { s: segments, f: { flag: inSegment(0) } };
    const after = { s: segments, f: { flag: inSegment(1) } };
    expect(detailsOf(before, after)).toEqual([
      "Targeting rule 1 of 'flag' now serves 'on' to IS IN SEGMENT 'Beta' (2); it did so to IS IN SEGMENT 'Beta'.",
    ]);
  });

  it('may be none: an index that points nowhere is like another that does', () => {
    const [before, after] = [{ f: { flag: inSegment(-1) } }, { f: { flag: inSegment(7) } }];
    expect(configChanges(before, after)).toEqual([]);
  });
});

describe('hashed values', () => {
  it('are compared where both versions have one salt', () => {
    expect(detailsOf(salted('s', hashed('00')), salted('s', hashed('11')))).toEqual([
      "Targeting rule 1 of 'flag': the hashed value of User.Email IS ONE OF changed.",
    ]);
  });

  it('are only counted where the salt is another, which is no change itself', () => {
    expect(configChanges(salted('s', hashed('00')), salted('t', hashed('11')))).toEqual([]);
    expect(configChanges(salted(null, hashed('00')), salted('t', hashed('11')))).toEqual([]);
    expect(detailsOf(salted('s', hashed('00')), salted('t', hashed('11', '22')))).toEqual([
      "Targeting rule 1 of 'flag': User.Email IS ONE OF now has 2 hashed values; it had 1.",
    ]);
  });

  it('are never shown', () => {
    const changes = [
      ...configChanges(salted('s', OFF), salted('s', hashed('c0ffee'))),
      ...configChanges(salted('s', hashed('c0ffee')), salted('s', hashed('f00d', 'beef'))),
      ...configChanges({ f: { flag: hashed('c0ffee') } }, {}),
    ];
    expect(changes).toHaveLength(3);
    expect(JSON.stringify(changes)).not.toMatch(/c0ffee|f00d|beef/);
  });
});

describe('a flag of 100,000 rules', () => {
  const rules = Array.from({ length: 100_000 }, (_, n): RuleJson => {
    return { c: [{ u: { a: 'Email', c: 0, l: [`${n}`] } }], s: { v: { b: true } } };
  });
  const inTurn = rules.map((_, n) => rules[n % 2] ?? {});
  const inBlocks = rules.map((_, n) => rules[n < 50_000 ? 0 : 1] ?? {});

  // Half a second here, where comparing each rule with each would take minutes.
  it.each<[string, readonly RuleJson[], readonly RuleJson[]]>([
    ['that are reversed', rules, rules.toReversed()],
    ['that are all replaced', rules.slice(50_000), rules.slice(0, 50_000)],
    ['of two kinds in turn', inTurn, inBlocks],
  ])('%s is told of in seconds, up to 10,000 characters', { timeout: 10_000 }, (_, r, other) => {
    const [change] = configChanges(
      { f: { flag: { ...OFF, r } } },
      { f: { flag: { ...OFF, r: other } } },
    );
    expect(change?.details).toHaveLength(10_000);
    expect(change?.details).toMatch(/… \(there is more, which is cut here\)$/);
  });
});
