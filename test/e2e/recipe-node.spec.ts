import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { installedVersion, recipe, recipePage, type Replacements } from '../support/recipe.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { counts, TestBed } from '../support/test-bed.js';
import { TrackingApi, type TrackedEvent } from '../support/tracking-api.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WRITE_KEY = 'a-write-key';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const file = new ConfigFile({
  ...SERVED_FLAGS,
  f: {
    ...SERVED_FLAGS.f,
    longest: { t: 1, v: { s: 'x'.repeat(1000) }, i: 'v_longest' },
    // As of a file that somebody wrote: without ids of variations.
    unnamed: {
      t: 0,
      v: { b: false },
      r: [{ c: [{ u: { a: 'age', c: 14, d: 499.5 } }], s: { v: { b: true } } }],
    },
    tooLong: { t: 1, v: { s: 'x'.repeat(1001) }, i: 'v_too_long' },
  },
});
const bed = new TestBed({ sdks: { web: { offline: file.offline } } });
let tracking: TrackingApi;

beforeEach(async () => {
  tracking = await TrackingApi.start();
});
afterEach(() => tracking.stop());

/** Runs the recipe, as an application with that program does, to its end. */
async function run(program: string, replacements: Replacements = {}): Promise<void> {
  const code = recipe('Node.js', {
    'https://sync.example.com': bed.base,
    'https://api.segment.io': tracking.url,
    ...replacements,
  });
  const whole = `${code}\nawait flags.waitForReady();\n${program}\nawait closeFlags();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', whole], {
    cwd: ROOT,
    env: { ...process.env, SEGMENT_WRITE_KEY: WRITE_KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error((await output).join(''));
}

/** All that came, also what Segment would have dropped as a repetition. */
function received(): readonly TrackedEvent[] {
  return tracking.requests.flatMap(({ events }) => events);
}

describe('the recipe for Node.js', () => {
  it.each(['@configcat/sdk', 'configcat-node'])(
    'sends with %s what the contract says, and nothing else',
    async (sdk) => {
      await run(
        `const custom = { age: 36, tags: ['vip'] };
         const ada = { identifier: 'ada', email: 'ada@example.com', country: 'HU', custom };
         await flags.getValueAsync('byCountry', '', ada);`,
        { "'@configcat/sdk'": `'${sdk}'` },
      );
      expect(received()).toEqual([
        {
          type: 'track',
          event: 'Feature Flag Evaluated',
          userId: 'ada',
          properties: {
            feature_flag_key: 'byCountry',
            value: 'near',
            variation_id: 'v_near',
            user: {
              Identifier: 'ada',
              Email: 'ada@example.com',
              Country: 'HU',
              age: 36,
              tags: ['vip'],
            },
          },
          context: {
            integration: { name: 'configcat', version: '1.0.0' },
            library: { name: '@segment/analytics-node', version: expect.any(String) },
          },
          messageId: expect.stringMatching(/^[0-9a-f]{64}$/),
          timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
          integrations: {},
          _metadata: expect.any(Object),
        },
      ]);
      const credential = Buffer.from(`${WRITE_KEY}:`).toString('base64');
      expect(tracking.requests).toMatchObject([{ authorization: `Basic ${credential}` }]);
    },
  );

  it('gives users without an Identifier an anonymousId, one for the process', async () => {
    await run(
      `await flags.getValueAsync('simple', false);
       await flags.getValueAsync('byCountry', '', { identifier: '', country: 'HU' });`,
    );
    const [nobody, guest] = received();
    expect(nobody?.anonymousId).toMatch(UUID);
    expect(guest?.anonymousId).toBe(nobody?.anonymousId);
    expect([nobody, guest]).not.toContainEqual(
      expect.objectContaining({ userId: expect.anything() }),
    );
    expect(nobody?.properties).toEqual({
      feature_flag_key: 'simple',
      value: true,
      variation_id: 'v_simple',
    });
    expect(guest?.properties['user']).toEqual({ Identifier: '', Country: 'HU' });
  });

  it('sends a variation once for each user, however often a loop asks', async () => {
    await run(
      `for (let round = 0; round < 1000; round += 1) {
         await flags.getValueAsync('simple', false, { identifier: 'ada' });
         await flags.getValueAsync('byAge', false, { identifier: 'bea', custom: { age: round } });
         await flags.getValueAsync('unnamed', false, { identifier: 'cay', custom: { age: round } });
       }`,
    );
    const users = received().map(({ userId, properties }) => [userId, properties['value']]);
    expect(users).toHaveLength(5);
    expect(new Set(users.map((user) => user.join()))).toEqual(
      new Set(['ada,true', 'bea,false', 'bea,true', 'cay,false', 'cay,true']),
    );
  });

  it('sends it again in the next hour, and from another process as the same message', async () => {
    const program = `const start = Date.UTC(2026, 0, 1);
      const ask = () => flags.getValueAsync('simple', false, { identifier: 'ada' });
      Date.now = () => start;
      await ask();
      Date.now = () => start + 3_599_999;
      await ask();
      Date.now = () => start + 3_600_000;
      await ask();`;
    await run(program);
    await run(program);
    const ids = received().map(({ messageId }) => messageId);
    expect(ids).toHaveLength(4);
    expect(tracking.events.map(({ messageId }) => messageId)).toEqual(ids.slice(0, 2));
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
  });

  it('sends the variation in place of a text of more than 1,000 characters', async () => {
    await run(
      `for (const key of ['longest', 'tooLong']) await flags.getValueAsync(key, '', { identifier: 'ada' });`,
    );
    expect(received().map(({ properties }) => properties['value'])).toEqual([
      'x'.repeat(1000),
      'v_too_long',
    ]);
  });

  it('sends numbers and booleans as they are, of all flags at once, and no default value', async () => {
    await run(
      `await flags.getValueAsync('noSuchFlag', true, { identifier: 'ada' });
       await flags.getAllValuesAsync({ identifier: 'ada' });`,
    );
    const values = received().map(({ properties }) => [
      properties['feature_flag_key'],
      properties['value'],
    ]);
    expect(values).toContainEqual(['whole', 42]);
    expect(values).toContainEqual(['double', 0.5]);
    expect(values).toContainEqual(['beta', false]);
    expect(values.flat()).not.toContain('noSuchFlag');
  });

  it('makes events that change no audience when they come back to a destination', async () => {
    await run(`await flags.getValueAsync('simple', false, { identifier: 'ada' });`);
    expect(received()).toHaveLength(1);
    const answer = await bed.send(received());
    expect(answer.body).toEqual(counts({ skipped: 1 }));
  });

  it.each(['@configcat/sdk', 'configcat-node', '@segment/analytics-node'])(
    'is tested with the version of %s that its page says',
    (name) => {
      expect(recipePage).toContain(`\`${name}\` ${installedVersion(name)}`);
    },
  );
});
