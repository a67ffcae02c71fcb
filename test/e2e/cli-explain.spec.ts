import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN, callAdmin, VIEWER, WITH_ADMIN } from '../support/admin.js';
import { CommandLine, type Run } from '../support/command-line.js';
import { ConfigFile } from '../support/config-file.js';
import { TestBed } from '../support/test-bed.js';

vi.setConfig({ testTimeout: 60_000 });

const TEXT_RULE = (a: string, c: number, value: object, served: string) => ({
  c: [{ u: { a, c, ...value } }],
  s: { v: { s: served }, i: `variation-${served}` },
});

/** A flag by country (ONE OF), by number of seats (>=), else for nobody. */
const file = new ConfigFile({
  p: { u: 'https://cdn.example.com', r: 0, s: 'c2FsdA==' },
  f: {
    plan: {
      t: 1,
      v: { s: 'small' },
      i: 'variation-small',
      r: [
        TEXT_RULE('Country', 0, { l: ['DE'] }, 'german'),
        TEXT_RULE('seats', 15, { d: 5 }, 'large'),
      ],
    },
  },
});
const bed = new TestBed({
  ...WITH_ADMIN,
  sdks: { default: {}, shop: { offline: file.offline } },
});
const cli = new CommandLine();

function explain(...args: readonly string[]): Promise<Run> {
  const env = { AUDIENCE_SYNC_URL: bed.base, AUDIENCE_SYNC_TOKEN: VIEWER.token };
  return cli.run(['explain', ...args], { env });
}

/** The first line: the flag's value. */
async function planOf(...args: readonly string[]): Promise<string> {
  const { stdout } = await explain('plan', '--sdk', 'shop', ...args);
  return stdout.split('\n')[0] ?? '';
}

beforeAll(async () => {
  const personas = {
    computation_class: 'audience',
    computation_id: 'aud_power',
    computation_key: 'power',
  };
  const traits = { power: true };
  await bed.send({ type: 'identify', userId: 'ada', traits, context: { personas } });
  await bed.sees('audience_power', 'ada', true);
});

describe('explain', () => {
  it('tells a flag of an audience by the identifier, and why', async () => {
    const ada = await explain('audience_power', 'ada');
    expect(ada).toMatchObject({ code: 0, stderr: '' });
    expect(ada.stdout).toMatch(/^audience_power = true\b/);
    expect(ada.stdout).toContain(`Evaluating 'audience_power' for User '{"Identifier":"ada"}'`);
    expect((await explain('audience_power', 'eve')).stdout).toMatch(/^audience_power = false\b/);
  });

  it('takes attributes that are texts, and others as JSON', async () => {
    expect(await planOf('ada')).toBe('plan = "small"  (variation variation-small)');
    expect(await planOf('ada', '-a', 'Country=DE', '-a', 'x=a=b')).toContain('"german"');
    expect(await planOf('ada', '--user', '{"seats":7}')).toContain('"large"');
    expect(await planOf('--user', '{"Identifier":"eve","seats":1}')).toContain('"small"');
  });

  it('asks without a user where nothing is said of one', async () => {
    const { stdout } = await explain('plan', '--sdk', 'shop');
    expect(stdout).toContain("Evaluating 'plan'\n");
  });

  it('answers programs what the API does', async () => {
    const { stdout } = await explain('plan', 'ada', '--sdk', 'shop', '--json');
    const { body } = await callAdmin(bed.base, 'POST /sdks/shop/explain', {
      token: ADMIN.token,
      body: { key: 'plan', user: { Identifier: 'ada' } },
    });
    expect(JSON.parse(stdout)).toEqual(body);
  });

  it.each([
    ['an SDK id', ['plan', '--sdk', 'shopp']],
    ['a flag', ['plam', '--sdk', 'shop']],
  ])('ends with 1 where there is no such thing: %s', async (_name, args) => {
    const { code, stdout, stderr } = await explain(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('404 Not Found: ');
  });
});
