import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN, VIEWER, WITH_ADMIN } from '../support/admin.js';
import { CommandLine, type Run } from '../support/command-line.js';
import { TestBed } from '../support/test-bed.js';

vi.setConfig({ testTimeout: 60_000 });

const bed = new TestBed(WITH_ADMIN);
const cli = new CommandLine();

function run(args: readonly string[], stdin?: string, token: string = ADMIN.token): Promise<Run> {
  const env = { AUDIENCE_SYNC_URL: bed.base, AUDIENCE_SYNC_TOKEN: token };
  return cli.run(args, { env, ...(stdin !== undefined && { stdin }) });
}

function enter(userId: string, key: string): object {
  const personas = {
    computation_class: 'audience',
    computation_id: `aud_${key}`,
    computation_key: key,
  };
  return { type: 'identify', userId, traits: { [key]: true }, context: { personas } };
}

async function membersOf(audience: string): Promise<readonly string[]> {
  const { stdout } = await run(['audiences', 'members', audience, '--json']);
  const members: readonly { member: string }[] = JSON.parse(stdout);
  return members.map(({ member }) => member);
}

const AUDIENCES = ['listed', 'imported', 'replaced', 'strict', 'large', 'looked_at'];

beforeAll(async () => {
  await bed.send(AUDIENCES.map((key) => enter('ada', key)));
  for (const key of AUDIENCES) await bed.sees(`audience_${key}`, 'ada', true);
});

describe('audiences', () => {
  it('are listed for people and for programs', async () => {
    const { code, stdout } = await run(['audiences', 'list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^NAME +SLUG +MEMBERS +STATUS/);
    expect(stdout).toMatch(
      /\nLooked at +looked_at +1 +live +20\S+ +dest +aud_looked_at +\d+ +default\/Looked at\n/,
    );
    const asJson = await run(['audiences', 'list', '--json', '--limit', '2']);
    expect(JSON.parse(asJson.stdout)).toHaveLength(2);
    const none = await run(['audiences', 'list', '--status', 'archived']);
    expect(none.stdout).toBe('There is no such audience yet.\n');
  });

  it('show who is in them, by slug or id, without what would steer a terminal', async () => {
    await bed.send([enter('\u001b[2Jeve', 'listed'), enter('Zoë 🚀', 'listed')]);
    const { stdout } = await run(['audiences', 'members', 'listed']);
    expect(stdout).toMatch(/^MEMBER +SINCE +LAST EVENT\n/);
    expect(stdout).toContain('\n\\u001b[2Jeve ');
    expect(stdout).toContain('\nZoë 🚀 ');
    const found = JSON.parse((await run(['audiences', 'list', '--json'])).stdout);
    const { id } = found.find(({ slug }: { slug: string }) => slug === 'listed');
    expect(await membersOf(id)).toEqual(['\u001b[2Jeve', 'Zoë 🚀', 'ada']);
    const some = await run(['audiences', 'members', 'listed', '--prefix', 'Zo', '--json']);
    expect(JSON.parse(some.stdout)).toMatchObject([{ member: 'Zoë 🚀' }]);
  });

  it.each(['nothing', '4711', '..'])('that are not there end with an error: %s', async (name) => {
    const { code, stdout } = await run(['audiences', 'members', name]);
    expect({ isRefused: code !== 0, stdout }).toEqual({ isRefused: true, stdout: '' });
  });
});

describe('audiences import', () => {
  it.each([
    ['csv.csv', 'member,x\nu1,1\nu2,2\n'],
    ['ndjson.ndjson', '"u1"\n{"userId":"u2"}\n'],
    ['jsonl.jsonl', '"u1"\n"u2"\n'],
    ['packed.csv.gz', gzipSync('member\nu1\nu2\n')],
    ['packed.ndjson.gz', gzipSync('"u1"\n"u2"\n')],
  ])('takes %s for what its name says', async (name, content) => {
    const file = await cli.file(name, content);
    expect(await run(['audiences', 'import', 'replaced', file, '--mode', 'replace'])).toMatchObject(
      {
        code: 0,
        stderr: '',
        stdout: expect.stringMatching(/^2 lines: \d added, \d removed, 0 rejected\.\n$/),
      },
    );
    expect(await membersOf('replaced')).toEqual(['u1', 'u2']);
  });

  it('adds, takes stdin, and names the lines that are bad', async () => {
    const args = ['audiences', 'import', 'imported', '-', '--format', 'csv'];
    const { code, stdout, stderr } = await run(args, 'id\nu1\n"\nu2\n');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '3 lines: 2 added, 0 removed, 1 rejected.\n',
    });
    expect(stderr).toBe('line 3: the line is no CSV\n');
    expect(await membersOf('imported')).toEqual(['ada', 'u1', 'u2']);
    const asJson = await run([...args, '--json'], 'id\nu1\n');
    expect(JSON.parse(asJson.stdout)).toEqual({
      received: 1,
      rejected: 0,
      added: 0,
      removed: 0,
      problems: [],
    });
  });

  it('takes nothing under --strict when a line is bad', async () => {
    const args = ['audiences', 'import', 'strict', '-', '--format', 'ndjson', '--strict'];
    const { code, stdout, stderr } = await run(args, '"u1"\n{}\n');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'audience-sync: Nothing was imported:\n  line 2: the line names no member\n',
    );
    expect(await membersOf('strict')).toEqual(['ada']);
  });

  it('tells what is refused while the file is still being sent', async () => {
    const file = await cli.file('large.csv', 'u\n'.repeat(4_000_000));
    const viewer = await run(['audiences', 'import', 'large', file], '', VIEWER.token);
    expect(viewer).toMatchObject({ code: 4, stdout: '' });
    expect(viewer.stderr).toContain('403 Forbidden');
    const unknown = await run(['audiences', 'import', '4711000000000', file]);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('404 Not Found');
  });

  it('shows no bar where stderr is no terminal, and needs to know what the lines are', async () => {
    const file = await cli.file('members.txt', 'u1\n');
    const { code, stderr } = await run(['audiences', 'import', 'large', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('--format');
    const said = await run(['audiences', 'import', 'large', file, '--format', 'csv']);
    expect(said).toMatchObject({ code: 0, stderr: '' });
  });

  it('sends 50,000 lines whole, and lists them again', async () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `user-${index}`);
    const file = await cli.file('many.csv', `${keys.join('\n')}\n`);
    const { stdout } = await run(['audiences', 'import', 'large', file, '--mode', 'replace']);
    expect(stdout).toMatch(/^50000 lines: 50000 added/);
    expect(digest(await membersOf('large'))).toBe(digest(keys));
  });
});

function digest(members: readonly string[]): string {
  return createHash('sha256').update(members.toSorted().join('\n')).digest('hex');
}
