import { beforeAll, describe, expect, it } from 'vitest';
import type { ConfigJson, SettingJson } from '../../src/evaluation/config-json.js';
import type { User } from '../../src/evaluation/user.js';
import {
  COMPARATOR_NAMES,
  SIMPLE_COMPARATORS,
  type ComparatorName,
} from '../../src/segments/comparators.js';
import { callAdmin, WITH_ADMIN } from '../support/admin.js';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { SdkSnapshot } from '../support/sdk-snapshot.js';
import { TestBed } from '../support/test-bed.js';

const ATTRIBUTE = 'x';
const list = (...values: readonly string[]) => ({ listValue: values.map((value) => ({ value })) });

/** A value for each kind of comparator: one that some of the users below meet. */
function valueFor(name: string): object {
  if (/^semVer(IsOneOf|IsNotOneOf)$/.test(name)) return list('1.2.3', '2.0.0');
  if (name.startsWith('semVer')) return { stringValue: '1.2.3' };
  if (name.startsWith('number')) return { doubleValue: 42 };
  if (name.startsWith('dateTime')) return { doubleValue: 1_700_000_000 };
  if (/Equals?$/.test(name)) return { stringValue: 'ädä@example.com' };
  return list('ä', 'ada', '.com', 'ädä@example.com');
}

/** The same as one text. */
const TEXTS: Readonly<Record<string, string>> = {
  semVer: '1.2.3',
  number: '42',
  contains: '.com',
  doesNotContain: '.com',
};
const textFor = (name: string): string =>
  Object.entries(TEXTS).find(([start]) => name.startsWith(start))?.[1] ?? 'ada, ädä@example.com';

const USERS: ReadonlyArray<User | undefined> = [
  undefined,
  { Identifier: 'nobody' },
  ...[
    '',
    'ada',
    'ädä@example.com',
    'x.com',
    'ä',
    '😀',
    '1.2.3',
    '1.2.2',
    '2.0.0-rc.1',
    'v1.2.3',
    '42',
    '41.5',
    '1e2',
    'NaN',
    '1700000000',
    '1800000000',
    '["ada"]',
    '[]',
    '["z"]',
    42,
    7,
    1_700_000_000,
    0,
  ].map((value) => ({ Identifier: 'ada', [ATTRIBUTE]: value })),
  { Identifier: 'ada', [ATTRIBUTE]: ['ada', 'b'] },
  { Identifier: 'ada', [ATTRIBUTE]: [] },
];

/** On for who is in a segment (0), or is not (1). */
function flag(segment: number, comparator: number): SettingJson {
  return {
    t: 0,
    v: { b: false },
    i: 'out',
    r: [{ c: [{ s: { s: segment, c: comparator } }], s: { v: { b: true }, i: 'in' } }],
  };
}

/** Flags that are on for who is in the segment of their name, and off for who is not. */
function dashboard(names: readonly string[]): ConfigJson {
  return {
    p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'a salt' },
    s: names.map((n) => ({ n, r: [] })),
    f: Object.fromEntries(
      names.flatMap((name, index) => [
        [`in_${name}`, flag(index, 0)],
        [`not_${name}`, flag(index, 1)],
      ]),
    ),
  };
}

const CONDITIONS = COMPARATOR_NAMES.map((name) => `condition_${name}`);
const SIMPLE = SIMPLE_COMPARATORS.map((name) => `simple_${name}`);
const file = new ConfigFile(dashboard([...CONDITIONS, ...SIMPLE]));
const bed = new TestBed({ ...WITH_ADMIN, sdks: { default: { offline: file.offline } } });
const call = (what: string, body?: unknown) => callAdmin(bed.base, what, { body });

let served = '';

async function make(segment: object): Promise<void> {
  const { status, text } = await call('POST /products/default/segments', segment);
  if (status !== 201) throw new Error(text);
}

beforeAll(async () => {
  for (const comparator of COMPARATOR_NAMES) {
    const condition = {
      comparisonAttribute: ATTRIBUTE,
      comparator,
      comparisonValue: valueFor(comparator),
    };
    const segment = { name: `condition_${comparator}`, conditions: [condition] };
    await make(segment);
  }
  for (const comparator of SIMPLE_COMPARATORS) {
    const comparisonValue = textFor(comparator);
    const segment = {
      name: `simple_${comparator}`,
      comparisonAttribute: ATTRIBUTE,
      comparator,
      comparisonValue,
    };
    await make(segment);
  }
  await eventually(async () => {
    served = (await request(`${bed.base}/configuration-files/configcat-proxy/default`)).text;
    const config: ConfigJson = JSON.parse(served);
    if (config.s?.some(({ r }) => r?.length !== 1)) throw new Error('not all are served yet');
  });
});

describe('a segment made by REST', () => {
  it.each([...CONDITIONS, ...SIMPLE])(
    '%s is the same to the API, to an SDK that evaluates the config alone, and explained',
    async (name) => {
      const snapshot = new SdkSnapshot(bed.base);
      await snapshot.refresh();
      const seen = new Set<unknown>();
      const compare = async (user: User | undefined, key: string): Promise<void> => {
        const alone = snapshot.evaluate(key, user);
        const expected = { value: alone.value, variationId: alone.variationId };
        const answer = await bed.evaluate(key, user);
        expect({ user, key, ...Object(answer.body) }).toMatchObject(expected);
        const explained = await call('POST /sdks/default/explain', { key, user });
        expect(explained).toMatchObject({ status: 201, body: { key, error: null, ...expected } });
        seen.add(alone.value);
      };
      const keys = [`in_${name}`, `not_${name}`];
      await Promise.all(USERS.flatMap((user) => keys.map((key) => compare(user, key))));
      // Users on either side, or nothing would be shown.
      expect(seen).toEqual(new Set([true, false]));
    },
  );

  it('never shows SDKs a sensitive value in clear', () => {
    const config: ConfigJson = JSON.parse(served);
    const sensitive = (config.s ?? []).filter(({ n }) => n.includes('_sensitive'));
    expect(sensitive).toHaveLength(12);
    expect(JSON.stringify(sensitive)).not.toMatch(/ada|ädä|"ä"|\.com/);
  });

  it('is hashed anew when it is renamed', async () => {
    const name: ComparatorName = 'sensitiveTextEquals';
    const { body } = await call('GET /products/default/segments?limit=1000');
    expect(body).toMatchObject({ items: expect.any(Array) });
    const config: ConfigJson = JSON.parse(served);
    const hashes = ['condition_sensitiveIsOneOf', 'simple_sensitiveIsOneOf'].map(
      (segment) => config.s?.find(({ n }) => n === segment)?.r?.[0]?.l,
    );
    // One value under two names is two hashes.
    expect(hashes[0]).toEqual(expect.any(Array));
    expect(hashes[0]?.some((hash) => hashes[1]?.includes(hash))).toBe(false);
    expect(config.s?.find(({ n }) => n === `condition_${name}`)?.r?.[0]?.s).toMatch(
      /^[\da-f]{64}$/,
    );
  });
});
