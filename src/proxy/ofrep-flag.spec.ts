import { describe, expect, it } from 'vitest';
import { evaluationOf, type Match } from '../evaluation/evaluation.js';
import { ofrepFlag } from './ofrep-flag.js';

const NONE: Match = { matchedRuleIndex: undefined, matchedOptionIndex: undefined };

function flagOf(match: Match, served = { v: { s: '<&>' }, i: 'v"1' }, key = 'é<'): string {
  const evaluation = evaluationOf(served, 1, match);
  return evaluation === undefined ? '' : ofrepFlag(key, evaluation);
}

describe('a flag for OpenFeature', () => {
  it('is written as Go writes it', () => {
    expect(flagOf(NONE)).toBe(
      '{"key":"é\\u003c","reason":"DEFAULT","variant":"v\\"1","value":"\\u003c\\u0026\\u003e"}',
    );
  });

  it.each([
    [{ ...NONE, matchedRuleIndex: 0 }, 'TARGETING_MATCH'],
    [{ ...NONE, matchedOptionIndex: 0 }, 'TARGETING_MATCH'],
    [{ matchedRuleIndex: 1, matchedOptionIndex: 2 }, 'TARGETING_MATCH'],
    [NONE, 'DEFAULT'],
  ])('that matched %j says %s', (match, reason) => {
    expect(JSON.parse(flagOf(match))).toMatchObject({ reason });
  });

  it('without a variation has an empty one', () => {
    const evaluation = evaluationOf({ v: { d: 0.5 } }, 3, NONE);
    expect(evaluation && ofrepFlag('flag', evaluation)).toBe(
      '{"key":"flag","reason":"DEFAULT","variant":"","value":0.5}',
    );
  });

  it('is made once for an outcome', () => {
    const evaluation = evaluationOf({ v: { b: true } }, 0, NONE);
    if (evaluation === undefined) throw new Error('no evaluation');
    expect(ofrepFlag('flag', evaluation)).toBe(ofrepFlag('flag', evaluation));
  });
});
