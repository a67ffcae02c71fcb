import type { IUser } from '@configcat/sdk';
import { compileConfig } from '../../src/evaluation/compile.js';
import type { SettingJson } from '../../src/evaluation/config-json.js';
import { parseConfig } from '../../src/evaluation/config.js';
import { hashText } from '../../src/evaluation/hash.js';
import type { User } from '../../src/evaluation/user.js';
import {
  config,
  emails,
  flag,
  hashedOneOf,
  hashedStartsWith,
  KEY,
  off,
  oneOf,
  SALT,
} from './config.js';
import type { Contest } from './race.js';
import { snapshotOf } from './sdk.js';

interface FlagContest {
  readonly name: string;
  readonly atLeast: number;
  readonly setting: SettingJson;
  /** The users by their e-mail address, taken in turn. */
  readonly emails: readonly string[];
}

const STRANGERS = ['stranger@example.org'];
const texts = Array.from({ length: 10 }, (_, i) => emails(10, `rule${i}.example.com`));
const tenTexts = flag(texts.map((values) => oneOf(values)));
const few = emails(10);
const hashedFew = flag([hashedOneOf(few)]);
const many = emails(10_000);
const hashedMany = flag([hashedOneOf(many)]);
const starts = few.map((_, i) => 'prefix-of-ten'.slice(0, i + 3));
const half = { v: { s: 'half' }, i: 'half' };
const percentage = {
  ...off(),
  p: [
    { p: 50, ...half },
    { p: 50, ...half },
  ],
};

const FLAG_CONTESTS: readonly FlagContest[] = [
  { name: 'simple flag', atLeast: 8, setting: off(), emails: STRANGERS },
  { name: '10 text rules of 10, miss', atLeast: 8, setting: tenTexts, emails: STRANGERS },
  { name: '10 text rules of 10, last', atLeast: 8, setting: tenTexts, emails: last(texts.flat()) },
  { name: 'hashed ONE OF 10, miss', atLeast: 30, setting: hashedFew, emails: STRANGERS },
  { name: 'hashed ONE OF 10, last', atLeast: 30, setting: hashedFew, emails: last(byHash(few)) },
  { name: 'hashed ONE OF 10,000, miss', atLeast: 200, setting: hashedMany, emails: STRANGERS },
  {
    name: 'hashed ONE OF 10,000, last',
    atLeast: 200,
    setting: hashedMany,
    emails: last(byHash(many)),
  },
  { name: 'hashed ONE OF 10,000, spread', atLeast: 80, setting: hashedMany, emails: many },
  {
    name: 'hashed STARTS WITH ANY OF 10, ten lengths',
    atLeast: 30,
    setting: flag([hashedStartsWith(starts)]),
    emails: STRANGERS,
  },
  { name: 'percentage', atLeast: 6, setting: percentage, emails: emails(1024) },
];

/** The contests over one flag (`design.md`, 6). */
export function flagContests(): Promise<Contest[]> {
  return Promise.all(FLAG_CONTESTS.map(contestOf));
}

async function contestOf({
  name,
  atLeast,
  setting,
  emails: addresses,
}: FlagContest): Promise<Contest> {
  const json = config({ [KEY]: setting });
  const compiled = compileConfig(parseConfig(JSON.stringify(json)));
  const snapshot = await snapshotOf(json);
  const ours = inTurn(addresses.map((Email): User => ({ Identifier: Email, Email })));
  const theirs = inTurn(
    addresses.map((email): IUser => ({ custom: {}, identifier: email, email })),
  );
  return {
    name,
    atLeast,
    ours: (i) => compiled.evaluate(KEY, ours(i)),
    reference: (i) => snapshot.getValueDetails(KEY, '', theirs(i)),
  };
}

/** Takes items in turn. */
export function inTurn<T>(items: readonly T[]): (i: number) => T {
  const [first] = items;
  if (first === undefined) throw new Error('There is nothing to take in turn.');
  return (i) => items[i % items.length] ?? first;
}

function last(values: readonly string[]): readonly string[] {
  return values.slice(-1);
}

/** Values as the list has them: sorted by their hash. */
function byHash(values: readonly string[]): readonly string[] {
  const hashes = new Map(values.map((value) => [hashText(value, SALT, KEY), value]));
  return [...hashes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
