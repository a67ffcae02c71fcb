import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ADMIN, VIEWER, WITH_ADMIN } from '../support/admin.js';
import { CommandLine } from '../support/command-line.js';
import { startTestService } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';

// Each run is a process that starts, on a machine that runs other tests, too.
vi.setConfig({ testTimeout: 60_000 });

const bed = new TestBed(WITH_ADMIN);
const cli = new CommandLine();

const env = (token: string = ADMIN.token, url: string = bed.base) => ({
  AUDIENCE_SYNC_URL: url,
  AUDIENCE_SYNC_TOKEN: token,
});

describe('the command line', () => {
  it('explains itself and all its commands, and ends with 0', async () => {
    const { code, stdout, stderr } = await cli.run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['segments', 'audiences', 'explain', 'rejected', 'doctor']) {
      expect(stdout).toContain(`\n  ${command}`);
    }
    expect(await cli.run(['segments', 'apply', '--help'])).toMatchObject({ code: 0 });
    expect((await cli.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['no command', []],
    ['a command that is half', ['segments']],
    ['an unknown command', ['segment', 'list']],
    ['an unknown option', ['segments', 'list', '--all']],
    ['too many arguments', ['audiences', 'list', 'x']],
    ['an argument too few', ['audiences', 'import', 'x']],
    ['a required option too few', ['segments', 'apply']],
    ['a limit of nothing', ['segments', 'list', '--limit', '0']],
    ['no time', ['rejected', 'list', '--since', 'yesterday']],
    ['a user that is no object', ['explain', 'flag', '--user', '[]']],
    ['an attribute without a value', ['explain', 'flag', '-a', 'x']],
    ['an unknown mode', ['audiences', 'import', 'x', 'y.csv', '--mode', 'all']],
    ['no URL', ['segments', 'list', '--url', 'localhost']],
    ['a file that is not there', ['segments', 'apply', '-f', 'not-there.yml']],
  ])('ends with 2 on wrong usage: %s', async (_name, args) => {
    const { code, stdout, stderr } = await cli.run(args, { env: env() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/\w/);
    expect(stderr).not.toContain('    at ');
  });

  it('ends with 3 where nothing listens, and says so', async () => {
    const server = await serve(() => {});
    const url = urlOf(server);
    server.close();
    await once(server, 'close');
    const { code, stderr } = await cli.run(['segments', 'list'], { env: env('token', url) });
    expect(code).toBe(3);
    expect(stderr).toBe(
      `audience-sync: No answer from ${url}: nothing listens there: is the service running?\n`,
    );
  });

  it('ends with 3 where what listens speaks no HTTP or hangs up', async () => {
    const server = await serve((request) => request.socket.destroy());
    const run = await cli.run(['segments', 'list'], { env: env('token', urlOf(server)) });
    expect(run).toMatchObject({ code: 3, stdout: '' });
  });

  it('ends with 4 without a token, and with one that is wrong or only reads', async () => {
    const none = await cli.run(['audiences', 'list', '--url', bed.base]);
    expect(none).toMatchObject({ code: 4, stdout: '' });
    expect(none.stderr).toContain('AUDIENCE_SYNC_TOKEN');

    const wrong = await cli.run(['audiences', 'list'], { env: env('wrong-but-secret') });
    expect(wrong).toMatchObject({ code: 4, stdout: '' });
    expect(wrong.stderr).toContain('401 Unauthorized');
    expect(wrong.stderr).not.toContain('wrong-but-secret');

    const file = await cli.file(
      'one.yml',
      'product: default\nsegments: [{name: A, audience: {id: "1"}}]',
    );
    const viewer = await cli.run(['segments', 'apply', '-f', file], { env: env(VIEWER.token) });
    expect(viewer).toMatchObject({ code: 4, stdout: '' });
    expect(viewer.stderr).toContain('role viewer');
  });

  it('takes the token of the argument before that of the variable', async () => {
    const args = ['segments', 'list', '--token', ADMIN.token];
    expect(await cli.run(args, { env: env('wrong') })).toMatchObject({ code: 0 });
  });

  it('takes the token that a first start left in its working directory', async () => {
    const cwd = join(cli.cwd, 'first-start');
    await mkdir(join(cwd, '.data'), { recursive: true });
    await writeFile(join(cwd, '.data', 'admin-token'), `${ADMIN.token}\n`);
    const run = await cli.run(['segments', 'list', '--url', bed.base], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: '' });
  });

  it('never shows a token, whatever is wrong', async () => {
    const runs = await Promise.all([
      cli.run(['segments', 'list', '--tokn=sesame-1234'], { env: env() }),
      cli.run(['segments', 'list', '--token', 'sesame 1234'], { env: env() }),
      cli.run(['segments', 'list', '--token', 'sesame-1234\n'], { env: env() }),
      cli.run(['segments', 'list', '--url', 'http://ada:sesame-1234@localhost'], { env: env() }),
      cli.run(['doctor', '--token', 'sesame-1234'], { env: env() }),
    ]);
    for (const { code, stdout, stderr } of runs) {
      expect(code).not.toBe(0);
      expect(stdout + stderr).not.toContain('sesame');
    }
  });

  it('does not take its token to where a redirection leads', async () => {
    const asked: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      asked.push(request.headers.authorization);
      response.end('{}');
    });
    const server = await serve((_request, response) => {
      response.writeHead(307, { location: urlOf(other) }).end();
    });
    const run = await cli.run(['segments', 'list'], { env: env('token', urlOf(server)) });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`307 and ${urlOf(other)}`);
    expect(asked).toEqual([]);
  });

  it('says so where it is another program that answers, or the admin API is off', async () => {
    const server = await serve((_request, response) => response.end('<html>'));
    const page = await cli.run(['segments', 'list'], { env: env('token', urlOf(server)) });
    expect(page).toMatchObject({ code: 1, stdout: '' });
    expect(page.stderr).toContain('is the URL that of Audience Sync');

    const without = await startTestService(bed.databaseUrl);
    const off = await cli.run(['segments', 'list'], { env: env('token', without.base) });
    await without.stop();
    expect(off.code).toBe(1);
    expect(off.stderr).toContain('admin.tokens');
  });
});

let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}
