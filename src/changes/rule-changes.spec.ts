import { describe, expect, it } from 'vitest';
import type {
  ConditionJson,
  ConfigJson,
  PercentageOptionJson,
  RuleJson,
} from '../evaluation/config-json.js';
import { configChanges } from './config-changes.js';

const SEGMENTS = [{ n: 'Power users' }, { n: 'Beta' }];

const POWER_USERS: ConditionJson = { s: { s: 0, c: 0 } };
const BETA: ConditionJson = { s: { s: 1, c: 0 } };
const NOT_BETA: ConditionJson = { s: { s: 1, c: 1 } };
const HUNGARY: ConditionJson = { u: { a: 'Country', c: 0, l: ['HU'] } };
const ADULT: ConditionJson = { u: { a: 'Age', c: 15, d: 18 } };
const OLDER: ConditionJson = { u: { a: 'Age', c: 15, d: 21 } };
const CHECKOUT_ON: ConditionJson = { p: { f: 'checkout', c: 0, v: { b: true } } };

function emails(...l: readonly string[]): ConditionJson {
  return { u: { a: 'Email', c: 0, l } };
}

function hashes(...l: readonly string[]): ConditionJson {
  return { u: { a: 'Email', c: 16, l } };
}

function on(...c: readonly ConditionJson[]): RuleJson {
  return { c, s: { v: { b: true }, i: 'on' } };
}

function off(...c: readonly ConditionJson[]): RuleJson {
  return { c, s: { v: { b: false }, i: 'off' } };
}

function shares(share: number): PercentageOptionJson[] {
  return [
    { p: share, v: { b: true }, i: 'on' },
    { p: 100 - share, v: { b: false }, i: 'off' },
  ];
}

function configOf(r: readonly RuleJson[]): ConfigJson {
  return {
    p: { s: 'salt' },
    s: SEGMENTS,
    f: { checkoutV2: { t: 0, v: { b: false }, i: 'off', r } },
  };
}

/** What changed of an on/off flag that had these rules, and has those. */
function detailsOf(before: readonly RuleJson[], after: readonly RuleJson[]): string[] {
  return configChanges(configOf(before), configOf(after)).map(({ details }) => details);
}

type Row = readonly [details: string, before: readonly RuleJson[], after: readonly RuleJson[]];

const RULES: readonly Row[] = [
  [
    "Targeting rule 2 of 'checkoutV2' now serves 'on' to IS IN SEGMENT 'Power users'; it served 'off'.",
    [on(BETA), off(POWER_USERS)],
    [on(BETA), on(POWER_USERS)],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now serves 20 % 'on', 80 % 'off' to IS IN SEGMENT 'Beta'; it served 'on'.",
    [on(BETA)],
    [{ c: [BETA], p: shares(20) }],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now serves 'on' to IS IN SEGMENT 'Power users'; it did so to IS NOT IN SEGMENT 'Beta'.",
    [on(NOT_BETA)],
    [on(POWER_USERS)],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now serves 'off' to everyone; it served 'on' to Flag 'checkout' EQUALS 'on'.",
    [on(CHECKOUT_ON)],
    [off()],
  ],
  [
    "Targeting rule 2 was added to 'checkoutV2'; it serves 'on' to IS IN SEGMENT 'Power users' AND User.Country IS ONE OF ['HU'].",
    [on(BETA)],
    [on(BETA), on(POWER_USERS, HUNGARY)],
  ],
  [
    "Targeting rule 1 was removed from 'checkoutV2'; it served 'on' to User.Age >= '18'.",
    [on(ADULT), on(BETA)],
    [on(BETA)],
  ],
  [
    "Targeting rule 3 of 'checkoutV2' is now rule 1.",
    [on(BETA), on(HUNGARY), off(ADULT)],
    [off(ADULT), on(BETA), on(HUNGARY)],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' is now rule 3. Targeting rule 2 of 'checkoutV2' is still rule 2, with others around it.",
    [on(BETA), on(HUNGARY), on(ADULT)],
    [on(ADULT), on(HUNGARY), on(BETA)],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now serves 'on' to User.Age >= '18'; it did so to IS IN SEGMENT 'Beta'. " +
      "Targeting rule 2 was added to 'checkoutV2'; it serves 'off' to IS IN SEGMENT 'Beta'.",
    [on(BETA), on(HUNGARY)],
    [on(ADULT), off(BETA), on(HUNGARY)],
  ],
];

const CONDITIONS: readonly Row[] = [
  [
    "Targeting rule 1 of 'checkoutV2' now also requires Flag 'checkout' EQUALS 'on'.",
    [on(BETA)],
    [on(BETA, CHECKOUT_ON)],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' no longer requires IS IN SEGMENT 'Beta'.",
    [on(BETA, HUNGARY)],
    [on(HUNGARY)],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now requires User.Age >= '21' instead of User.Age >= '18'.",
    [on(BETA, ADULT)],
    [on(BETA, OLDER)],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now has its conditions in another order.",
    [on(BETA, ADULT)],
    [on(ADULT, BETA)],
  ],
  [
    "Targeting rule 1 of 'checkoutV2': 'c@x.com' and 'd@x.com' were added to User.Email IS ONE OF; 'a@x.com' was removed.",
    [on(emails('a@x.com', 'b@x.com'))],
    [on(emails('b@x.com', 'c@x.com', 'd@x.com'))],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now serves 'on' to User.Email IS ONE OF ['a@x.com', 'b@x.com']; it served 'off'. " +
      "Targeting rule 1 of 'checkoutV2': 'b@x.com' was added to User.Email IS ONE OF.",
    [off(emails('a@x.com'))],
    [on(emails('a@x.com', 'b@x.com'))],
  ],
  [
    "Targeting rule 1 of 'checkoutV2': User.Email IS ONE OF now has 3 hashed values; it had 2.",
    [on(hashes('00', '11'))],
    [on(hashes('00', '11', '22'))],
  ],
  [
    "Targeting rule 1 of 'checkoutV2': the 2 hashed values of User.Email IS ONE OF changed.",
    [on(hashes('00', '11'))],
    [on(hashes('00', '22'))],
  ],
];

const INVALID: readonly Row[] = [
  [
    "Targeting rule 1 of 'checkoutV2' now serves 'on' to <invalid operator> 'Power users'; it did so to IS IN SEGMENT '<invalid reference>'.",
    [on({ s: { s: 7, c: 0 } })],
    [on({ s: { s: 0, c: 9 } })],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now serves 'on' to <invalid condition>; it did so to User.Age <invalid operator> '1'.",
    [on({ u: { a: 'Age', c: 99, d: 1 } })],
    [on({})],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now serves <invalid value> to IS IN SEGMENT 'Beta'; it served 'on'.",
    [on(BETA)],
    [{ c: [BETA], s: { v: { b: true } }, p: shares(20) }],
  ],
  [
    "Targeting rule 1 of 'checkoutV2' now serves 'on' to Flag 'checkout' EQUALS <invalid value>; it did so to Flag 'checkout' EQUALS 'on'.",
    [on({ p: { f: 'checkout', c: 0, v: { b: true } } })],
    [on({ p: { f: 'checkout', c: 0, v: { b: true, i: 1 } } })],
  ],
];

describe('what changed of targeting rules', () => {
  it.each(RULES)('as a whole: %s', (details, before, after) => {
    expect(detailsOf(before, after)).toEqual([details]);
  });

  it.each(CONDITIONS)('in whom they serve: %s', (details, before, after) => {
    expect(detailsOf(before, after)).toEqual([details]);
  });

  it('tells of other variation ids wherever the rule stands now', () => {
    const moved = { ...off(ADULT), s: { v: { b: false }, i: 'another' } };
    const before = [on(BETA), on(HUNGARY), off(ADULT)];
    expect(detailsOf(before, [moved, on(BETA), on(HUNGARY)])).toEqual([
      "Targeting rule 3 of 'checkoutV2' is now rule 1. Flag 'checkoutV2' has other variation ids for targeting rule 1.",
    ]);
  });

  it('names ten conditions, and counts the others', () => {
    const many = Array.from({ length: 12 }, (_, n) => emails(`${n}`));
    const [details] = detailsOf([on(...many)], []);
    expect(details).toContain("IS ONE OF ['9'] AND 2 more conditions.");
  });

  it.each(INVALID)('that cannot be evaluated: %s', (details, before, after) => {
    expect(detailsOf(before, after)).toEqual([details]);
  });
});
