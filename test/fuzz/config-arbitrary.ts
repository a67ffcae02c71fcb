import * as fc from 'fast-check';
import type {
  ConditionJson,
  ConfigJson,
  PercentageOptionJson,
  RuleJson,
  ServedJson,
  SettingJson,
  ValueJson,
} from '../../src/evaluation/config-json.js';
import type { PlannedCondition } from './condition-arbitrary.js';
import { conditionArbitrary, seldom } from './condition-arbitrary.js';
import { ATTRIBUTES } from './user-arbitrary.js';

/** Keys of flags: the context hashes are made with, and names of Object.prototype. */
const KEYS = ['flag', 'é', '😀', 'toString', '__proto__', 'k'.repeat(60), '7', 'z\ud83d'] as const;

/** The type a flag of this key mostly has, so that prerequisites mostly fit. */
function typeOf(key: string): number {
  return KEYS.findIndex((other) => other === key) % 4;
}

/** A prerequisite's key: mostly a later one, or nearly all configs would be cyclic. */
function prerequisiteOf(key: string, step: number): string {
  const index = KEYS.findIndex((other) => other === key) + step;
  return KEYS[Math.min(index, KEYS.length - 1)] ?? 'flag';
}

const SEGMENT_NAMES = ['Beta', 'Beta', 'flag', 'flag', 'Ünï', 'Ünï', ''] as const;

type Planned<T> = (salt: string, key: string) => T;

/** The usual ones nine times for once the odd one. */
function often(usual: readonly number[], odd: number): number[] {
  return [...Array.from({ length: 9 }, () => usual).flat(), odd];
}

const valueArbitrary: fc.Arbitrary<ValueJson> = fc.record({
  b: fc.boolean(),
  s: fc.constantFrom('', 'on', '<&>\u2028', '"\\\n', '😀', '\ud83d'),
  i: fc.integer({ min: -3, max: 3 }),
  d: fc.constantFrom(0, -0, 0.5, 1e21, 1e-7, 3),
});

/** The member that fits the type; at times another, or none, or one more. */
function valueOf(all: ValueJson, t: number, slip: number): ValueJson {
  const names = ['b', 's', 'i', 'd'] as const;
  if (slip === 0) return {};
  if (slip === 1) return { b: all.b ?? null, s: all.s ?? null };
  const name = names[slip === 2 ? (t + 1) % 4 : t] ?? 'b';
  return { [name]: all[name] };
}

const servedArbitrary: fc.Arbitrary<(t: number) => ServedJson> = fc
  .tuple(
    valueArbitrary,
    fc.integer({ min: 0, max: 60 }),
    fc.constantFrom('v1', 'v2', '', '<', null, undefined),
  )
  .map(([value, slip, i]) => (t) => ({
    v: valueOf(value, t, slip),
    ...(i === undefined ? {} : { i }),
  }));

const percentages = fc.oneof(
  { weight: 14, arbitrary: fc.constantFrom([50, 50], [20, 0, 80], [100], [1, 98, 1], [120, 5]) },
  { weight: 1, arbitrary: fc.constantFrom([], [50], [0, 0], [50, -1, 51], [-5, 105]) },
);

const optionsArbitrary: fc.Arbitrary<(t: number) => PercentageOptionJson[]> = fc
  .tuple(percentages, fc.array(servedArbitrary, { minLength: 3, maxLength: 3 }))
  .map(
    ([shares, served]) =>
      (t) =>
        shares.map((p, i) => ({ p, ...(served[i]?.(t) ?? { v: {} }) })),
  );

/** The user condition of a container that has a segment's, too. */
const both = fc.option(conditionArbitrary, { freq: 2 });

const containerArbitrary: fc.Arbitrary<Planned<ConditionJson>> = fc.oneof(
  {
    weight: 14,
    arbitrary: conditionArbitrary.map((condition): Planned<ConditionJson> => (salt, key) => ({
      u: condition(salt, key),
    })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        step: fc.constantFrom(1, 1, 1, 1, 1, 2, 2, 3, 0, -1),
        c: fc.constantFrom(...often([0, 1], 2)),
        v: fc.tuple(valueArbitrary, fc.integer({ min: 0, max: 60 })),
      })
      .map(({ step, c, v: [value, slip] }): Planned<ConditionJson> => (_salt, key) => {
        const f = prerequisiteOf(key, step);
        return { p: { f, c, v: valueOf(value, typeOf(f), slip) } };
      }),
  },
  {
    weight: 6,
    arbitrary: fc
      .record({
        s: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3, -1),
        c: fc.constantFrom(0, 0, 0, 1, 1, 2),
      })
      .map((s) => () => ({ s })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom<ConditionJson>({}, { u: null }, { s: null, p: null }), both)
      .map(
        ([json, condition]): Planned<ConditionJson> =>
          (salt, key) =>
            condition ? { s: { s: 0, c: 0 }, u: condition(salt, key) } : json,
      ),
  },
);

/** The THEN part: a value or percentages, at times both or neither. */
function thenOf(served: ServedJson, options: PercentageOptionJson[], kind: number): RuleJson {
  if (kind === 0) return { s: served, p: options };
  if (kind === 1) return { s: null };
  return kind < 8 ? { p: options } : { s: served };
}

const ruleArbitrary: fc.Arbitrary<(t: number) => Planned<RuleJson>> = fc
  .tuple(
    fc.option(fc.array(containerArbitrary, { maxLength: 3 }), { freq: 12 }),
    servedArbitrary,
    optionsArbitrary,
    fc.nat(40),
  )
  .map(([conditions, served, options, kind]) => (t) => (salt, key) => ({
    c: conditions && conditions.map((condition) => condition(salt, key)),
    ...thenOf(served(t), options(t), kind),
  }));

const settingArbitrary: fc.Arbitrary<Planned<SettingJson>> = fc
  .tuple(
    seldom(fc.constantFrom(0, 1, 2, 3, 4, -1)),
    fc.option(fc.array(ruleArbitrary, { maxLength: 5 }), { freq: 12 }),
    fc.option(optionsArbitrary, { freq: 2 }),
    servedArbitrary,
    fc.option(fc.constantFrom(...ATTRIBUTES), { freq: 2 }),
  )
  .map(([oddType, rules, options, served, a]) => (salt, key) => {
    const t = oddType ?? typeOf(key);
    const r = rules && rules.map((rule) => rule(t)(salt, key));
    return { t, ...served(t), r, p: options && options(t), a };
  });

/** A config that passes the load-time checks, often with parts that are invalid when reached. */
export const configArbitrary: fc.Arbitrary<ConfigJson> = fc
  .record({
    salt: fc.option(fc.constantFrom('salt=', 'salt=', 'salt=', 'é\ud83d', ''), { freq: 15 }),
    segments: fc.array(
      fc.tuple(
        fc.constantFrom(...SEGMENT_NAMES),
        fc.option(fc.array(conditionArbitrary, { maxLength: 3 }), { freq: 10 }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    flags: fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS), settingArbitrary), {
      selector: ([key]) => key,
      minLength: 1,
      maxLength: KEYS.length,
      size: 'max',
    }),
  })
  .map(({ salt, segments, flags }) => ({
    p: { u: 'https://cdn-global.configcat.com', r: 0, s: salt },
    s: segments.map(([n, conditions]) => ({ n, r: planAll(conditions, salt ?? '', n) })),
    f: Object.fromEntries(flags.map(([key, setting]) => [key, setting(salt ?? '', key)])),
  }));

function planAll(
  conditions: readonly PlannedCondition[] | null,
  salt: string,
  context: string,
): ReturnType<PlannedCondition>[] | null {
  return conditions && conditions.map((condition) => condition(salt, context));
}
