import { describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { ADMIN, callAdmin, WITH_ADMIN } from '../support/admin.js';
import { CommandLine, type Run } from '../support/command-line.js';
import { TOKEN } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';

vi.setConfig({ testTimeout: 60_000 });

const PRODUCTS = ['applied', 'listed', 'raced', 'refused', 'pruned', 'copied'];
const bed = new TestBed({
  ...WITH_ADMIN,
  sdks: Object.fromEntries(['default', ...PRODUCTS].map((name) => [name, { product: name }])),
  engage: { destinations: { dest: { token: TOKEN, products: ['default', ...PRODUCTS] } } },
});
const cli = new CommandLine();

const BETA = {
  name: 'Beta',
  comparisonAttribute: 'Email',
  comparator: 'isOneOf',
  comparisonValue: 'ada@example.com, bob@example.com',
};
const EUROPE = {
  name: 'Paying in Europe',
  description: 'five seats or more',
  conditions: [
    {
      comparisonAttribute: 'Country',
      comparator: 'isOneOf',
      comparisonValue: { listValue: [{ value: 'DE' }, { value: 'FR', hint: 'France' }] },
    },
    {
      comparisonAttribute: 'seats',
      comparator: 'numberGreaterOrEquals',
      comparisonValue: { doubleValue: 5 },
    },
  ],
};
const POWER = {
  name: 'Power users',
  audience: { destination: 'dest', computationId: 'aud_of_later' },
};

const run = (...args: readonly string[]): Promise<Run> =>
  cli.run(args, { env: { AUDIENCE_SYNC_URL: bed.base, AUDIENCE_SYNC_TOKEN: ADMIN.token } });

async function apply(product: string, segments: unknown, ...args: readonly string[]): Promise<Run> {
  const file = await cli.file(`${product}.yml`, stringify({ product, segments }));
  return run('segments', 'apply', '-f', file, ...args);
}

async function segmentsOf(product: string): Promise<readonly { name: string; version: number }[]> {
  const { stdout } = await run('segments', 'list', '-p', product, '--json');
  return JSON.parse(stdout);
}

describe('segments apply', () => {
  it('makes what a file says, shows the difference before, and nothing the second time', async () => {
    const dry = await apply('applied', [BETA, EUROPE, POWER], '--dry-run');
    expect(dry).toEqual({
      code: 5,
      stderr: '',
      stdout:
        '+ Beta\n+ Paying in Europe\n+ Power users\n' +
        'applied: 3 to create, 0 to change, 0 to delete, 0 unchanged (nothing was written)\n',
    });
    expect(await segmentsOf('applied')).toEqual([]);

    const first = await apply('applied', [BETA, EUROPE, POWER]);
    expect(first.stdout).toContain('applied: 3 created, 0 changed, 0 deleted, 0 unchanged');
    const made = await segmentsOf('applied');
    expect(made).toMatchObject([BETA, EUROPE, { ...POWER, delivery: 'auto', overlay: true }]);

    const second = await apply('applied', [BETA, EUROPE, POWER]);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toContain('0 created, 0 changed, 0 deleted, 3 unchanged');
    expect(await segmentsOf('applied')).toEqual(made);
    expect(await apply('applied', [BETA, EUROPE, POWER], '--dry-run')).toMatchObject({ code: 0 });

    const [country, seats] = EUROPE.conditions;
    const conditions = [country, { ...seats, comparisonValue: { doubleValue: 7 } }];
    const third = await apply('applied', [
      { ...BETA, comparisonValue: 'ada@example.com' },
      { ...EUROPE, conditions },
      { name: 'Power users', delete: true },
      { name: 'Never there', delete: true },
    ]);
    expect(third).toEqual({
      code: 0,
      stderr: '',
      stdout:
        '~ Beta\n    comparisonValue: "ada@example.com, bob@example.com" -> "ada@example.com"\n' +
        '~ Paying in Europe\n    conditions[1].comparisonValue.doubleValue: 5 -> 7\n' +
        '- Power users\n' +
        'applied: 0 created, 2 changed, 1 deleted, 0 unchanged\n',
    });
    expect((await segmentsOf('applied')).map(({ name, version }) => [name, version])).toEqual([
      ['Beta', 2],
      ['Paying in Europe', 2],
    ]);
  });

  it('changes nothing when it applies what get and list answer', async () => {
    await apply('copied', [BETA, EUROPE, POWER]);
    const copies = await segmentsOf('copied');
    expect((await apply('copied', copies)).stdout).toContain('3 unchanged');
    const { stdout } = await run('segments', 'get', 'Paying in Europe', '-p', 'copied');
    const item = stdout.trimEnd().replaceAll('\n', '\n    ');
    const file = await cli.file('copy.yml', `product: copied\nsegments:\n  - ${item}\n`);
    expect((await run('segments', 'apply', '-f', file)).stdout).toContain('1 unchanged');
  });

  it('deletes what the file does not name only with --prune', async () => {
    await apply('pruned', [BETA, EUROPE]);
    expect((await apply('pruned', [BETA])).stdout).toContain('1 unchanged');
    expect(await segmentsOf('pruned')).toHaveLength(2);
    expect(await apply('pruned', [BETA], '--prune', '--dry-run')).toMatchObject({ code: 5 });
    expect((await apply('pruned', [BETA], '--prune')).stdout).toContain('- Paying in Europe');
    expect(await segmentsOf('pruned')).toMatchObject([{ name: 'Beta' }]);
  });

  it('tells by pointer what the service refuses, does the rest, and ends with 1', async () => {
    const wrong = { ...EUROPE, conditions: [{ ...EUROPE.conditions[1], comparator: 'larger' }] };
    const { code, stdout, stderr } = await apply('refused', [wrong, BETA, POWER]);
    expect(code).toBe(1);
    expect(stderr).toBe('audience-sync: 1 of 3 segments were refused.\n');
    expect(stdout).toMatch(
      /^! Paying in Europe\n {4}422 Unprocessable Content:\n {6}\/conditions\/0\/comparator: must be/,
    );
    expect(stdout).toContain('2 created, 0 changed, 0 deleted, 0 unchanged, 1 refused');
    expect(await segmentsOf('refused')).toHaveLength(2);

    const asJson = await apply('refused', [wrong, BETA], '--json');
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      product: 'refused',
      unchanged: 1,
      failed: 1,
      segments: [
        { name: 'Paying in Europe', action: 'create', problem: expect.stringContaining('422') },
        { name: 'Beta', action: 'keep' },
      ],
    });
  });

  it('ends with 2 for a file that can not be right, and with 1 for an unknown product', async () => {
    const unreadable = await apply('listed', [{ ...BETA, comparisonValue: 5 }]);
    expect(unreadable).toMatchObject({ code: 2, stdout: '' });
    expect(unreadable.stderr).toContain('segments[0].comparisonValue: must be text');
    expect((await apply('nowhere', [BETA])).code).toBe(1);
  });
});

describe('two writers', () => {
  it('never overwrite each other, and the later one is told', async () => {
    await apply('raced', [BETA]);
    const versions = Array.from({ length: 6 }, (_, index) => `${index}@example.com`);
    const runs = await Promise.all(
      versions.map(async (comparisonValue, index) => {
        const file = await cli.file(
          `raced-${index}.yml`,
          stringify({ product: 'raced', segments: [{ ...BETA, comparisonValue }] }),
        );
        return run('segments', 'apply', '-f', file);
      }),
    );
    const won = runs.filter(({ code }) => code === 0);
    const [segment] = await segmentsOf('raced');
    expect(won.length).toBeGreaterThan(0);
    expect(segment?.version).toBe(1 + won.length);
    for (const { stdout } of runs.filter(({ code }) => code !== 0)) {
      expect(stdout).toContain('somebody changed it meanwhile');
    }
  });
});

describe('segments', () => {
  it('are listed, shown and deleted by name or id', async () => {
    expect((await run('segments', 'list', '-p', 'listed')).stdout).toBe(
      "The product 'listed' has no segments.\n",
    );
    await apply('listed', [BETA, EUROPE]);
    const [head, ...rows] = (await run('segments', 'list', '-p', 'listed')).stdout.split('\n');
    expect(head).toMatch(/^NAME +DEFINITION +VERSION/);
    expect(rows[0]).toMatch(/^Beta +Email isOneOf ada@example.com, bob@example.com +1 /);
    expect(rows[1]).toMatch(/^Paying in Europe +Country isOneOf DE, FR and seats number/);
    const one = await run('segments', 'list', '-p', 'listed', '--limit', '1');
    expect(one.stdout.trimEnd().split('\n')).toHaveLength(2);

    const shown = await run('segments', 'get', 'Beta', '-p', 'listed', '--json');
    const beta: { segmentId: string } = JSON.parse(shown.stdout);
    const byId = await run('segments', 'get', beta.segmentId);
    expect(byId.stdout).toContain('comparisonValue: ada@example.com, bob@example.com\n');

    expect(await run('segments', 'delete', 'Beta', '-p', 'listed')).toEqual({
      code: 0,
      stderr: '',
      stdout: "Deleted 'Beta' of 'listed'.\n",
    });
    for (const name of ['Beta', beta.segmentId]) {
      expect(await run('segments', 'delete', name, '-p', 'listed')).toMatchObject({ code: 1 });
    }
    expect((await segmentsOf('listed')).map(({ name }) => name)).toEqual(['Paying in Europe']);
  });

  it('that a flag uses stay, unless forced', async () => {
    const personas = {
      computation_class: 'audience',
      computation_id: 'aud_used',
      computation_key: 'used',
    };
    const event = {
      type: 'identify',
      userId: 'ada',
      traits: { used: true },
      context: { personas },
    };
    await bed.send(event);
    await bed.sees('audience_used', 'ada', true);
    const { code, stderr } = await run('segments', 'delete', 'Used');
    expect(code).toBe(1);
    expect(stderr).toContain('409 Conflict');
    expect(stderr).toContain('audience_used');
    expect(await run('segments', 'delete', 'Used', '--force')).toMatchObject({ code: 0 });
    const { body } = await callAdmin(bed.base, 'GET /products/default/segments');
    expect(body).toEqual({ items: [], next: null });
  });
});
