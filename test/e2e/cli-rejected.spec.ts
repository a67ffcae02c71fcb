import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN, WITH_ADMIN } from '../support/admin.js';
import { CommandLine, type Run } from '../support/command-line.js';
import { startTestService, TOKEN } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';

vi.setConfig({ testTimeout: 60_000 });

const bed = new TestBed(WITH_ADMIN);
const cli = new CommandLine();

function run(args: readonly string[], url: string = bed.base): Promise<Run> {
  const env = { AUDIENCE_SYNC_URL: url, AUDIENCE_SYNC_TOKEN: ADMIN.token };
  return cli.run(['rejected', ...args], { env });
}

const personas = {
  computation_class: 'audience',
  computation_id: 'aud_lenient',
  computation_key: 'lenient',
};
/** Text is no membership, unless the destination is lenient. */
const TEXT = {
  type: 'identify',
  userId: 'ada',
  traits: { lenient: 'true' },
  context: { personas },
};
const NOBODY = { type: 'identify', traits: { lenient: true }, context: { personas } };

beforeAll(async () => {
  await bed.send([TEXT, NOBODY]);
});

describe('rejected events', () => {
  it('are listed with why, all or some', async () => {
    const all = await run(['list']);
    expect(all.code).toBe(0);
    expect(all.stdout).toMatch(/^ID +RECEIVED +DESTINATION +REASON +DETAIL\n/);
    expect(all.stdout).toMatch(/\n\d+ +20\S+ +dest +indeterminate_membership +\w/);
    expect(all.stdout.trimEnd().split('\n')).toHaveLength(3);

    const some = await run([
      'list',
      '--reason',
      'no_identifier',
      '--destination',
      'dest',
      '--json',
    ]);
    expect(JSON.parse(some.stdout)).toMatchObject([{ reason: 'no_identifier' }]);
    const none = await run(['list', '--until', '2020-01-01']);
    expect(none.stdout).toBe('No event was set aside.\n');
    const wrong = await run(['list', '--reason', 'because']);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('query /reason: must be one of');
  });

  it('are replayed once the mapping was mended', async () => {
    const before = await run(['replay', '--reason', 'indeterminate_membership']);
    expect(before.stdout).toBe('1 event replayed, 1 left.\n  rejected again: 1\n');

    const mended = await startTestService(bed.databaseUrl, {
      ...WITH_ADMIN,
      engage: { destinations: { dest: { token: TOKEN, membership: 'lenient' } } },
    });
    const after = await run(['replay', '--reason', 'indeterminate_membership'], mended.base);
    expect(after.stdout).toBe('1 event replayed, 0 left.\n  added: 1\n');
    const asJson = await run(['replay', '--json'], mended.base);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ received: 1, rejected: 1, left: 1 });
    await mended.stop();
  });
});
