import { describe, expect, it } from 'vitest';
import type {
  ConfigJson,
  PercentageOptionJson,
  RuleJson,
  SettingJson,
} from '../evaluation/config-json.js';
import { configChanges } from './config-changes.js';

const BETA: RuleJson = { c: [{ s: { s: 0, c: 0 } }], s: { v: { b: true }, i: 'on' } };
const HUNGARY: RuleJson = {
  c: [{ u: { a: 'Country', c: 0, l: ['HU'] } }],
  s: { v: { b: true }, i: 'on' },
};
const ADULT: RuleJson = {
  c: [{ u: { a: 'Age', c: 15, d: 18 } }],
  s: { v: { b: true }, i: 'on' },
};

function shares(share: number): PercentageOptionJson[] {
  return [
    { p: share, v: { b: true }, i: 'on' },
    { p: 100 - share, v: { b: false }, i: 'off' },
  ];
}

/** An on/off flag that serves 'off' where no rule serves. */
function flag(r: readonly RuleJson[] = [], over: Partial<SettingJson> = {}): SettingJson {
  return { t: 0, v: { b: false }, i: 'off', r, ...over };
}

function text(s: string): SettingJson {
  return { t: 1, v: { s } };
}

function configOf(setting: SettingJson | undefined): ConfigJson {
  return {
    p: { s: 'salt' },
    s: [{ n: 'Beta' }],
    f: setting ? { checkoutV2: setting } : {},
  };
}

function detailsOf(before: SettingJson | undefined, after: SettingJson | undefined): string[] {
  return configChanges(configOf(before), configOf(after)).map(({ details }) => details);
}

type Row = readonly [
  details: string,
  before: SettingJson | undefined,
  after: SettingJson | undefined,
];

const AS_A_WHOLE: readonly Row[] = [
  ["Flag 'checkoutV2' was created. It serves 'off' to everyone.", undefined, flag()],
  [
    "Flag 'checkoutV2' was created. It has 2 targeting rules and serves 'off' to everyone else.",
    undefined,
    flag([BETA, HUNGARY]),
  ],
  [
    "Flag 'checkoutV2' was deleted. It had 1 targeting rule and served 20 % 'on', 80 % 'off' to everyone else.",
    flag([BETA], { p: shares(20) }),
    undefined,
  ],
  [
    "Flag 'checkoutV2' is now a whole number flag; it was an on/off flag. Flag 'checkoutV2' now serves 3 to everyone; it served 'off'.",
    flag(),
    { t: 2, v: { i: 3 }, i: 'off' },
  ],
  [
    "Flag 'checkoutV2' is now a flag of unknown type 7; it was a decimal number flag.",
    { t: 3, v: { d: 0.5 } },
    { t: 7, v: { d: 0.5 } },
  ],
];

const TO_THE_REST: readonly Row[] = [
  [
    "Flag 'checkoutV2' now serves 'on' to everyone; it served 'off'.",
    flag(),
    flag([], { v: { b: true } }),
  ],
  [
    "Flag 'checkoutV2' now serves 'on' to everyone else; it served 'off'.",
    flag([BETA]),
    flag([BETA], { v: { b: true } }),
  ],
  [
    "Flag 'checkoutV2' now serves 'green' to everyone; it served 'blue'.",
    text('blue'),
    text('green'),
  ],
  [
    `Flag 'checkoutV2' now serves '…rue, "hidden": false, "last": 20}' to everyone; it served '…rue, "hidden": false, "last": 10}'.`,
    text(
      `{"limits": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, "more": [1, 2, 3], "shown": true, "hidden": false, "last": 10}`,
    ),
    text(
      `{"limits": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, "more": [1, 2, 3], "shown": true, "hidden": false, "last": 20}`,
    ),
  ],
  [
    "Flag 'checkoutV2' now serves 50 % 'on', 50 % 'off' to everyone; it served 20 % 'on', 80 % 'off'.",
    flag([], { p: shares(20) }),
    flag([], { p: shares(50) }),
  ],
  [
    "Flag 'checkoutV2' now serves 20 % 'on', 80 % 'off' to everyone; it served 'off'.",
    flag(),
    flag([], { p: shares(20) }),
  ],
  [
    "Flag 'checkoutV2' now serves 'off' to everyone; it served 20 % 'on', 80 % 'off'.",
    flag([], { p: shares(20) }),
    flag(),
  ],
  [
    "Flag 'checkoutV2' now serves 'on' to unidentified users; it served 'off'.",
    flag([], { p: shares(20) }),
    flag([], { p: shares(20), v: { b: true } }),
  ],
  [
    "Flag 'checkoutV2' now serves 'on' to users without User.Country; it served 'off'.",
    flag([], { p: shares(20), a: 'Country' }),
    flag([], { p: shares(20), a: 'Country', v: { b: true } }),
  ],
  [
    "Percentages of 'checkoutV2' are now computed from User.Country; they were computed from User.Identifier.",
    flag([], { p: shares(20) }),
    flag([], { p: shares(20), a: 'Country' }),
  ],
  [
    "Flag 'checkoutV2' now serves 250 % <invalid value> to everyone; it served -5 % 'on'.",
    flag([], { p: [{ p: -5, v: { b: true } }] }),
    flag([], { p: [{ p: 250, v: { s: 'of another type' } }] }),
  ],
];

const HIDDEN: readonly Row[] = [
  [
    "Flag 'checkoutV2' changed in details that are not shown here.",
    flag([], { v: {} }),
    flag([], { v: { s: 'of another type' } }),
  ],
  [
    "Flag 'checkoutV2' changed in details that are not shown here.",
    text('two\nlines'),
    text('two lines'),
  ],
  [
    "Flag 'checkoutV2' changed in details that are not shown here.",
    flag([], { a: `${'x'.repeat(99)}10` }),
    flag([], { a: `${'x'.repeat(99)}20` }),
  ],
];

const VARIATION_IDS: readonly Row[] = [
  [
    "Flag 'checkoutV2' has other variation ids for its default value.",
    flag(),
    flag([], { i: 'another' }),
  ],
  [
    "Flag 'checkoutV2' has other variation ids for its percentages and targeting rules 1 and 3.",
    flag([BETA, HUNGARY, ADULT], { p: shares(20) }),
    flag(
      [
        { ...BETA, s: { v: { b: true }, i: 'another' } },
        HUNGARY,
        { ...ADULT, s: { v: { b: true } } },
      ],
      { p: shares(20).map((option) => ({ ...option, i: 'another' })) },
    ),
  ],
];

describe('what changed of a flag', () => {
  it.each(AS_A_WHOLE)('as a whole: %s', (details, before, after) => {
    expect(detailsOf(before, after)).toEqual([details]);
  });

  it.each(TO_THE_REST)('in what it serves by itself: %s', (details, before, after) => {
    expect(detailsOf(before, after)).toEqual([details]);
  });

  it.each(HIDDEN)('that reads as it did: %s', (details, before, after) => {
    expect(detailsOf(before, after)).toEqual([details]);
  });

  it.each(VARIATION_IDS)('in its variation ids alone: %s', (details, before, after) => {
    expect(detailsOf(before, after)).toEqual([details]);
  });
});
