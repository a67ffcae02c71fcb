import type { IUser } from '@configcat/sdk';
import { compileConfig } from '../../src/evaluation/compile.js';
import type { ConfigJson, SettingJson } from '../../src/evaluation/config-json.js';
import { parseConfig } from '../../src/evaluation/config.js';
import type { User } from '../../src/evaluation/user.js';
import { config, emails, flag, hashedOneOf, KEY, off, oneOf, serve } from './config.js';
import { inTurn } from './flag-contest.js';
import type { Contest } from './race.js';
import { snapshotOf } from './sdk.js';

/** All flags of a config with 50: simple, text, percentage and segment flags in turn. */
export async function allFlagsContest(): Promise<Contest> {
  const kinds: readonly SettingJson[] = [
    off(),
    flag([oneOf(emails(5)), oneOf(['US', 'CA'], 'Country')]),
    {
      ...off(),
      p: [
        { p: 30, v: { s: 'a' } },
        { p: 70, v: { s: 'b' } },
      ],
    },
    { ...off(), r: [{ c: [{ s: { s: 0, c: 0 } }], ...serve('in') }] },
  ];
  const flags = Array.from({ length: 50 }, (_, i) => [`flag${i}`, kinds[i % 4] ?? off()]);
  const json = config(Object.fromEntries(flags), [{ n: 'beta', r: [oneOf(emails(10))] }]);
  const compiled = compileConfig(parseConfig(JSON.stringify(json)));
  const snapshot = await snapshotOf(json);
  const keys = snapshot.getAllKeys();
  const addresses = emails(1024);
  const ours = inTurn(addresses.map((Email): User => ({ Identifier: Email, Email })));
  const theirs = inTurn(
    addresses.map((email): IUser => ({ custom: {}, identifier: email, email })),
  );
  return {
    name: 'all flags of 50',
    atLeast: 7,
    ours: (i) => compiled.evaluateAll(ours(i)),
    reference: (i) => keys.map((key) => snapshot.getValueDetails(key, '', theirs(i))),
  };
}

/** Reading a config of 1.3 MB, nearly all of it hashed lists, against JSON.parse alone. */
export function loadContest(): Contest {
  const text = JSON.stringify(bigConfig());
  return {
    name: `load of ${(text.length / 1e6).toFixed(1)} MB, against JSON.parse`,
    atLeast: 0.5,
    ours: () => compileConfig(parseConfig(text)),
    reference: (): unknown => JSON.parse(text),
  };
}

function bigConfig(): ConfigJson {
  const many = flag([hashedOneOf(emails(9000))]);
  const flags = Array.from({ length: 1500 }, (_, i): [string, SettingJson] => [
    `flag${i}`,
    flag([oneOf(emails(10, `flag${i}.example.com`)), oneOf(['US'], 'Country')]),
  ]);
  return config({ ...Object.fromEntries(flags), [KEY]: many });
}
