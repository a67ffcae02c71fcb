/// <reference lib="es2024.string" />
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configChanges } from '../../src/changes/config-changes.js';
import { segmentChange, type DescribedSegment } from '../../src/changes/segment-changes.js';
import { isHashed } from '../../src/evaluation/condition-text.js';
import type {
  ConditionJson,
  ConfigJson,
  SegmentConditionJson,
  ServedJson,
  SettingJson,
  UserConditionJson,
  ValueJson,
} from '../../src/evaluation/config-json.js';
import { parseConfig } from '../../src/evaluation/config.js';
import { isObject } from '../../src/evaluation/json-check.js';
import { configArbitrary } from '../fuzz/config-arbitrary.js';

/** What a config says, by "flag key" and "segment name": a second telling, written for the test. */
function saidBy(config: ConfigJson, hashes: 'compared' | 'counted'): Map<string, string> {
  const names = (config.s ?? []).map(({ n }) => n);
  const user = ({ a, c, s, d, l }: UserConditionJson): unknown => {
    const counted = isHashed(c) && hashes === 'counted';
    return {
      a,
      c,
      d: d ?? 0,
      hasD: d != null,
      s: counted ? s != null : s,
      l: counted ? l?.length : l,
    };
  };
  const segment = ({ s, c }: SegmentConditionJson): unknown => {
    const name = names[s];
    return [c, name, name === undefined ? 0 : names.slice(0, s).filter((n) => n === name).length];
  };
  const condition = ({ u, p, s }: ConditionJson): unknown => ({
    ...(u && { u: user(u) }),
    ...(p && { p: [p.f, p.c, value(p.v)] }),
    ...(s && { s: segment(s) }),
  });
  const said = new Map<string, unknown>();
  for (const [key, { t, a, r, p, ...rest }] of Object.entries(config.f ?? {})) {
    said.set(`flag ${key}`, {
      t,
      a: a ?? 'Identifier',
      rest: served(rest),
      p: (p ?? []).map(shared),
      r: (r ?? []).map((rule) => ({
        c: (rule.c ?? []).map(condition),
        s: rule.s && served(rule.s),
        p: (rule.p ?? []).map(shared),
      })),
    });
  }
  for (const name of new Set(names)) {
    const definitions = (config.s ?? []).filter(({ n }) => n === name);
    said.set(
      `segment ${name}`,
      definitions.map(({ r }) => (r ?? []).map(user)),
    );
  }
  return new Map([...said].map(([subject, what]) => [subject, withoutNulls(what)]));
}

function served({ v, i }: ServedJson): unknown {
  return { v: value(v), i };
}

function shared({ p, ...rest }: ServedJson & { readonly p: number }): unknown {
  return { p, served: served(rest) };
}

function value({ b, s, i, d }: ValueJson): unknown {
  return { b, s, i, d };
}

function withoutNulls(what: unknown): string {
  return JSON.stringify(what, (_, member: unknown) => member ?? undefined);
}

/** The subjects whose telling differs: keys first, then names. */
function differing(before: ConfigJson, after: ConfigJson): string[] {
  const hashes = (before.p?.s ?? null) === (after.p?.s ?? null) ? 'compared' : 'counted';
  const [old, recent] = [saidBy(before, hashes), saidBy(after, hashes)];
  const subjects = [...new Set([...old.keys(), ...recent.keys()])].toSorted();
  return subjects.filter((subject) => old.get(subject) !== recent.get(subject));
}

function named(before: ConfigJson, after: ConfigJson): string[] {
  return configChanges(before, after).map(({ kind, subject }) => `${kind} ${subject}`);
}

const config: fc.Arbitrary<ConfigJson> = configArbitrary.map((json) =>
  parseConfig(JSON.stringify(json)),
);

const SUBSTITUTES = [undefined, null, true, 0, 1, 7, -1, 16, 0.5, 'text', '', [], {}] as const;

/** Puts something else, or a copy of another part, in the place of a part. */
interface Edit {
  readonly part: number;
  readonly copied: number | null;
  readonly substitute: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  part: fc.nat(),
  copied: fc.option(fc.nat()),
  substitute: fc.constantFrom(...SUBSTITUTES),
});

function partsOf(json: ConfigJson): unknown[] {
  const parts: unknown[] = [];
  JSON.stringify(json, (_, part: unknown) => {
    parts.push(part);
    return part;
  });
  return parts;
}

/** The edited config, or the same where the edit makes it one that is refused. */
function edited(json: ConfigJson, { part, copied, substitute }: Edit): ConfigJson {
  const parts = partsOf(json);
  const other = copied === null ? substitute : structuredClone(parts[copied % parts.length]);
  let visited = 0;
  const text = JSON.stringify(json, (_, member: unknown) =>
    visited++ === part % parts.length ? other : member,
  );
  try {
    return parseConfig(text ?? '');
  } catch {
    return json;
  }
}

/** Two versions, of which the second mostly comes of the first by a few edits. */
const versions: fc.Arbitrary<readonly [ConfigJson, ConfigJson]> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(config, fc.array(edit, { minLength: 1, maxLength: 4 }))
      .map(([before, edits]) => [before, edits.reduce(edited, before)] as const),
  },
  { weight: 1, arbitrary: fc.tuple(config, config) },
);

/** The same config as another salt makes it: the member `l` or `s` of hashed comparators is another. */
function rehashed(json: ConfigJson): ConfigJson {
  const text = JSON.stringify(json, (_, part: unknown) => {
    if (!isObject(part) || typeof part.c !== 'number' || !isHashed(part.c)) return part;
    const { s, l } = part;
    return {
      ...part,
      ...(typeof s === 'string' && { s: `${s}0` }),
      ...(Array.isArray(l) && { l: l.map((item) => `${item}0`) }),
    };
  });
  const { p, ...rest } = parseConfig(text);
  return { ...rest, p: { ...p, s: `${p?.s ?? ''}0` } };
}

/** The same config with its segments sorted by name, those of one name as they were. */
function withSortedSegments(json: ConfigJson): ConfigJson {
  const segments = [...(json.s ?? [])];
  const sorted = segments.toSorted((a, b) => (a.n === b.n ? 0 : a.n < b.n ? -1 : 1));
  const moved = ({ s, c }: SegmentConditionJson): SegmentConditionJson => {
    const segment = segments[s];
    return { s: segment ? sorted.indexOf(segment) : s, c };
  };
  const setting = ({ r, ...rest }: SettingJson): SettingJson => ({
    ...rest,
    r: (r ?? []).map((rule) => ({
      ...rule,
      c: (rule.c ?? []).map((condition) => ({
        ...condition,
        s: condition.s ? moved(condition.s) : null,
      })),
    })),
  });
  const flags = Object.entries(json.f ?? {}).map(([key, flag]) => [key, setting(flag)] as const);
  return { ...json, s: sorted, f: Object.fromEntries(flags) };
}

const segmentArbitrary: fc.Arbitrary<DescribedSegment> = fc
  .record({
    config,
    name: fc.constantFrom('Beta', 'Alpha', '__proto__', '\ud83d\u0000'),
    description: fc.constantFrom('', 'a', 'x'.repeat(101), 'x'.repeat(102)),
    overlay: fc.boolean(),
    audience: fc.constantFrom('vip', 'team', undefined),
    delivery: fc.constantFrom('auto', 'list', 'attribute'),
  })
  .map(({ config: { s }, audience, delivery, ...segment }) => ({
    ...segment,
    is: audience === undefined ? { conditions: s?.[0]?.r ?? [] } : { audience, delivery },
  }));

/** One line of sentences that an event and a database take. */
function isReadable(details: string): boolean {
  return (
    /^\p{Lu}.*[.)]$/u.test(details) &&
    details.length <= 10_000 &&
    details.isWellFormed() &&
    !/\p{Cc}|undefined|\[object/u.test(details)
  );
}

describe('the changes of a config', () => {
  it('name each flag and segment that says something else, and no other', () => {
    let changed = 0;
    fc.assert(
      fc.property(versions, ([before, after]) => {
        const subjects = differing(before, after);
        changed += subjects.length;
        expect(named(before, after)).toEqual(subjects);
      }),
      { numRuns: 3000 },
    );
    expect(changed).toBeGreaterThan(3000);
  });

  it('are none between a config and itself', () => {
    fc.assert(
      fc.property(config, (json) => {
        expect(configChanges(json, json)).toEqual([]);
        expect(configChanges(json, parseConfig(JSON.stringify(json)))).toEqual([]);
      }),
    );
  });

  it('are none where only segments stand in another order', () => {
    fc.assert(
      fc.property(config, (json) => {
        expect(configChanges(json, withSortedSegments(json))).toEqual([]);
      }),
    );
  });

  it('are none where all is hashed with another salt', () => {
    fc.assert(
      fc.property(config, (json) => {
        expect(configChanges(json, rehashed(json))).toEqual([]);
        expect(configChanges(rehashed(json), json)).toEqual([]);
      }),
    );
  });

  it('are told in readable sentences', () => {
    fc.assert(
      fc.property(versions, ([before, after]) => {
        const changes = [...configChanges(before, after), ...configChanges(after, before)];
        expect(changes.filter(({ details }) => !isReadable(details))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the change of a segment', () => {
  it('is told where its versions differ', () => {
    fc.assert(
      fc.property(segmentArbitrary, segmentArbitrary, (before, after) => {
        const change = segmentChange(before, after);
        expect(change !== undefined).toBe(withoutNulls(before) !== withoutNulls(after));
        expect(change === undefined || isReadable(change.details)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
