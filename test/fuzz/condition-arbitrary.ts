import * as fc from 'fast-check';
import { Comparator as C } from '../../src/evaluation/comparator.js';
import type { UserConditionJson } from '../../src/evaluation/config-json.js';
import { hashText } from '../../src/evaluation/hash.js';
import { utf8Bytes } from '../../src/evaluation/utf8.js';
import { SAMPLE_NUMBERS, sampleNumber, sampleText, sampleVersion } from './sample-text.js';
import { ATTRIBUTES } from './user-arbitrary.js';

/** A condition in clear text; hashed for where it ends up standing. */
export type PlannedCondition = (salt: string, context: string) => UserConditionJson;

const broken = fc.constantFrom<Partial<UserConditionJson>>(
  { s: null, d: null, l: null },
  { c: 36 },
  { c: -1 },
  { l: ['_', '1_', 'x_ab', '-1_ab', 'ab'] },
  { l: [] },
  { s: '' },
);

/** null, but for one time in 31. */
export function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 30, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

interface Plan {
  /** The attribute; null: the one the comparator is for. */
  readonly a: string | null;
  readonly c: number;
  readonly texts: readonly string[];
  readonly number: number;
  readonly noise: readonly string[];
  readonly broken: Partial<UserConditionJson> | null;
}

const planned: fc.Arbitrary<Plan> = fc.record({
  a: fc.option(fc.constantFrom(...ATTRIBUTES), { freq: 2 }),
  c: fc.constantFrom(...Object.values(C)),
  texts: fc.array(sampleText, { maxLength: 5 }),
  number: sampleNumber,
  noise: fc.array(
    fc.constantFrom('', '_', '3_', ' +2 _ff', '-0_00', '-1_ff', 'x_1', 'ABC', '1e1_a'),
    {
      maxLength: 1,
    },
  ),
  broken: seldom(broken),
});

export const conditionArbitrary: fc.Arbitrary<PlannedCondition> = fc
  .tuple(planned, fc.array(sampleVersion, { maxLength: 3 }), fc.constantFrom(...SAMPLE_NUMBERS))
  .map(([plan, versions, number]) => (salt, context) => {
    const { a, c } = plan;
    return {
      a: a ?? usualAttribute(c),
      c,
      ...valueOf({ ...plan, versions, text: number }, salt, context),
      ...plan.broken,
    };
  });

function usualAttribute(c: number): string {
  if (c >= C.versionIsOneOf && c <= C.versionGreaterOrEquals) return 'Version';
  if (c >= C.numberEquals && c <= C.numberGreaterOrEquals) return 'Number';
  if (c === C.before || c === C.after) return 'Number';
  return c === C.hashedArrayContainsAnyOf || c >= C.arrayContainsAnyOf ? 'Tags' : 'Text';
}

function valueOf(
  plan: Plan & { versions: readonly string[]; text: string },
  salt: string,
  context: string,
): Partial<UserConditionJson> {
  const { c, texts, noise } = plan;
  const hash = (text: string): string => hashText(text, salt, context);
  const first = texts[0] ?? '';
  if (c >= C.versionIsOneOf && c <= C.versionIsNotOneOf) {
    return { l: [...plan.versions, ...noise.map(() => ''), ...(noise[0] === '_' ? texts : [])] };
  }
  if (c >= C.versionLess && c <= C.versionGreaterOrEquals) return { s: plan.versions[0] ?? first };
  if (c >= C.numberEquals && c <= C.numberGreaterOrEquals) return { d: plan.number };
  if (c === C.before || c === C.after) {
    return { d: Number.isFinite(Number(plan.text)) ? Number(plan.text) : plan.number };
  }
  if (c === C.hashedEquals || c === C.hashedNotEquals) return { s: hash(first) };
  if (c === C.equals || c === C.notEquals) return { s: first };
  if (c >= C.hashedStartsWithAnyOf && c <= C.hashedNotEndsWithAnyOf) {
    const items = texts.map((text) => `${utf8Bytes(text).length}_${hash(text)}`);
    return { l: [...items.slice(0, 2), ...noise, ...items.slice(2)] };
  }
  if (c === C.hashedIsOneOf || c === C.hashedIsNotOneOf) return { l: texts.map(hash) };
  if (c === C.hashedArrayContainsAnyOf || c === C.hashedArrayNotContainsAnyOf) {
    return { l: texts.map(hash) };
  }
  return { l: [...texts, ...noise] };
}
