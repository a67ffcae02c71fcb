import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { User } from '../../src/evaluation/user.js';
import { SAMPLE_NUMBERS, sampleNumber, sampleText, sampleVersion } from '../fuzz/sample-text.js';
import { identify } from '../support/builders.js';
import { ConfigFile } from '../support/config-file.js';
import { EVERY_RULE } from '../support/every-rule.js';
import { request } from '../support/http-answer.js';
import { SdkSnapshot } from '../support/sdk-snapshot.js';
import { TOKEN } from '../support/service.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const USERS = 200;
const RUNS = 5;
/** Requests under way at one time. */
const ABREAST = 20;
const FIRST_RUN = Date.parse('2024-05-03T19:42:50Z');

/** Those of `overlay` and `mail` take the place of a segment, those of `dest` are flags. */
const AUDIENCES = [
  ['overlay', 'beta_team'],
  ['overlay', 'vip'],
  ['mail', 'mailed'],
  ['dest', 'alpha'],
  ['dest', 'omega'],
] as const;

/** Who may be a member: what texts of users often are, so that they meet. */
const KEYS = [
  ...' a |a|A|ab|é|e\u0301|😀|👩‍👩‍👧|1.0.0|x@example.com|toString|__proto__|\u2028<&>|"quoted"'.split(
    '|',
  ),
  'x'.repeat(70),
  ...Array.from({ length: 25 }, (_, n) => `user_${n}`),
] as const;

const file = new ConfigFile(EVERY_RULE);
const bed = new TestBed({
  sdks: { default: { offline: file.offline, audience_flags: true } },
  engage: {
    destinations: {
      dest: { token: TOKEN },
      overlay: { token: TOKEN, overlay_segments: true },
      mail: { token: TOKEN, overlay_segments: true, attribute: 'Email' },
    },
  },
});

const audiencesArbitrary = fc.tuple(
  ...AUDIENCES.map(() => fc.subarray([...KEYS], { minLength: 8 })),
);

const identifierArbitrary = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KEYS) },
  { weight: 1, arbitrary: sampleText },
  { weight: 1, arbitrary: sampleNumber },
);

const userArbitrary: fc.Arbitrary<User | undefined> = fc.option(
  fc.record(
    {
      Identifier: identifierArbitrary,
      Email: identifierArbitrary,
      Country: sampleText,
      age: fc.oneof(sampleNumber, fc.constantFrom(...SAMPLE_NUMBERS), sampleText),
      version: fc.oneof(sampleVersion, sampleText),
      tags: fc.oneof(fc.array(sampleText, { maxLength: 4 }), sampleText),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined, freq: 20 },
);

const usersArbitrary = fc.array(userArbitrary, { minLength: USERS, maxLength: USERS });

let runs = 0;

/** Makes these members, and no others, and waits until the SDK has just that version. */
async function become(members: readonly (readonly string[])[], sdk: SdkSnapshot): Promise<void> {
  runs += 1;
  const at = new Date(FIRST_RUN + runs * 1_000).toISOString();
  for (const [index, [destination, key]] of AUDIENCES.entries()) {
    const inside = new Set(members[index]);
    const events = KEYS.map((userId) =>
      identify({ key, userId, isMember: inside.has(userId), at }),
    );
    expect(await bed.send(events, { destination })).toMatchObject({ body: { rejected: 0 } });
  }
  // What is committed last is in the config last.
  const marker = `run_${runs}`;
  await bed.send(identify({ key: 'marker', userId: marker, at }));
  await expect
    .poll(async () => {
      await sdk.refresh();
      return sdk.evaluate('audience_marker', { Identifier: marker }).value;
    }, PATIENCE)
    .toBe(true);
}

function ask(route: string, question: object): ReturnType<typeof request> {
  const body = JSON.stringify(question);
  return request(`${bed.base}/api/default/${route}`, { method: 'POST', body });
}

async function compare(user: User | undefined, sdk: SdkSnapshot, key: string): Promise<void> {
  const there = sdk.evaluateAll(user);
  const [all, one] = await Promise.all([ask('eval-all', { user }), ask('eval', { key, user })]);
  expect(all.body, `the flags of ${JSON.stringify(user)}`).toEqual(there);
  const isEvaluated = there[key]?.value !== null;
  expect(one).toMatchObject(
    isEvaluated ? { status: 200, body: there[key] } : { status: 500, body: undefined },
  );
}

/** Without the counterexample: 200 users, of which the assertion shows the one that matters. */
function tellSeed(run: { failed: boolean; seed: number; errorInstance: unknown }): void {
  if (run.failed) throw new Error(`it failed with seed ${run.seed}`, { cause: run.errorInstance });
}

it('What an SDK evaluates from the CDN and what the API answers are the same, for every user, at one config version, without default attributes, while an audience is delivered as a list', async () => {
  const sdk = new SdkSnapshot(bed.base);
  const sides = new Map<string, Set<string>>();
  await fc.assert(
    fc.asyncProperty(audiencesArbitrary, usersArbitrary, async (members, users) => {
      await become(members, sdk);
      const keys = sdk.keys;
      expect(keys).toHaveLength(Object.keys(EVERY_RULE.f ?? {}).length + AUDIENCES.length + 1);
      for (let n = 0; n < users.length; n += ABREAST) {
        const abreast = users.slice(n, n + ABREAST);
        await Promise.all(
          abreast.map((user, m) => compare(user, sdk, keys[(n + m) % keys.length] ?? '')),
        );
      }
      for (const user of users) {
        for (const [key, { variationId }] of Object.entries(sdk.evaluateAll(user))) {
          sides.set(key, (sides.get(key) ?? new Set()).add(variationId));
        }
      }
    }),
    { numRuns: RUNS, endOnFailure: true, reporter: tellSeed },
  );
  const oneSided = [...sides].filter(([, variations]) => variations.size < 2);
  expect(oneSided.map(([key]) => key)).toEqual(['audience_marker']);
}, 100_000);
