import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { ADMIN, VIEWER, WITH_ADMIN } from '../support/admin.js';
import { CommandLine, type Run } from '../support/command-line.js';
import { createEmptyDatabase } from '../support/postgres.js';
import { testOptions } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { TestBed } from '../support/test-bed.js';
import { watchOver } from '../support/test-server.js';

vi.setConfig({ testTimeout: 90_000 });

const bed = new TestBed({
  ...WITH_ADMIN,
  sdks: {
    default: {},
    broken: { offline: { enabled: true, local: { file_path: '/nowhere.json' } } },
  },
  diag: { enabled: true, host: '127.0.0.1', port: 0 },
});
const cli = new CommandLine();

interface Finding {
  readonly level: 'OK' | 'WARN' | 'FAIL';
  readonly about: string;
  readonly says: string;
  readonly advice?: string;
}

/** The options file of a service on the bed's database. */
function optionsFile(name: string, over: object = {}): Promise<string> {
  return cli.file(name, stringify(testOptions(bed.databaseUrl, { ...WITH_ADMIN, ...over })));
}

function doctor(args: readonly string[], token: string = ADMIN.token): Promise<Run> {
  const env = { AUDIENCE_SYNC_URL: bed.base, AUDIENCE_SYNC_TOKEN: token };
  return cli.run(['doctor', '--diagnostics', bed.diagnostics, ...args], { env });
}

async function findings(args: readonly string[], token?: string): Promise<readonly Finding[]> {
  const { stdout } = await doctor([...args, '--json'], token);
  return JSON.parse(stdout);
}

describe('doctor', () => {
  it('tells what is well, line by line', async () => {
    const file = await optionsFile('healthy.yml');
    const { stdout, stderr } = await doctor(['-c', file]);
    expect(stderr).toBe('');
    for (const line of [
      /^OK {4}options {5}.*healthy\.yml: 1 SDK id, 1 destination$/m,
      /^OK {4}database {4}PostgreSQL \d+\.\d+ answers$/m,
      /^OK {4}migrations {2}all \d+ are applied$/m,
      /^OK {4}clock {7}that of PostgreSQL is that of this machine$/m,
      /^OK {4}service {5}http.* is ready$/m,
      /^OK {4}clock {7}that of the service is that of this machine$/m,
      /^\w+ +status {6}the service calls itself \w+$/m,
      /^OK {4}token {7}it is Ada's, an admin$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
  });

  it('lists all problems of the options, each with what to do', async () => {
    const file = await cli.file('wrong.yml', 'http:\n  prot: 1\nlog: { level: loud }\n');
    const { code, stdout } = await doctor(['-c', file]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}options {5}http\.prot: /m);
    expect(stdout).toMatch(/^FAIL {2}options {5}log\.level: /m);
    expect(stdout).toContain('-> mend it');
    expect(stdout).toMatch(/^OK {4}service/m);
  });

  it('makes nothing where no service was started yet', async () => {
    const cwd = join(cli.cwd, 'nowhere');
    await mkdir(cwd);
    const { code, stdout } = await cli.run(['doctor', '--url', 'http://127.0.0.1:9'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^WARN {2}options {5}no options file/m);
    expect(stdout).toMatch(/^WARN {2}database {4}the embedded PostgreSQL .* does not run$/m);
    expect(stdout).toMatch(/^FAIL {2}service/m);
    expect(existsSync(join(cwd, '.data'))).toBe(false);
  });

  it('tells of a database that is away, without its password', async () => {
    const url = 'postgres://ada:sesame@127.0.0.1:9/x';
    const file = await optionsFile('away.yml', { database: { url } });
    const { code, stdout } = await doctor(['-c', file]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}database {4}PostgreSQL does not answer: .*ECONNREFUSED/m);
    expect(stdout).not.toContain('sesame');
  });

  it('tells what migrations are missing, or not of this version', async () => {
    const empty = await createEmptyDatabase();
    const file = await optionsFile('empty.yml', { database: { url: empty.url } });
    expect(await findings(['-c', file])).toContainEqual({
      level: 'WARN',
      about: 'migrations',
      says: 'there are no tables yet',
      advice: 'start the service: it makes them',
    });
    await empty.drop();

    const same = await optionsFile('same.yml');
    const rows = await bed.rows.query<{ name: string }>('select name from migration order by id');
    const last = rows.at(-1)?.name ?? '';
    await bed.rows.query(`update migration set name = 'OfLater9' where name = '${last}'`);
    const newer = await findings(['-c', same]);
    expect(newer).toContainEqual(
      expect.objectContaining({ level: 'FAIL', says: expect.stringContaining('OfLater9') }),
    );
    await bed.rows.query(`delete from migration where name = 'OfLater9'`);
    expect(await findings(['-c', same])).toContainEqual(
      expect.objectContaining({ level: 'WARN', says: `${last} of this version is not applied` }),
    );
    await bed.rows.query(`insert into migration (timestamp, name) values (9, '${last}')`);
  });

  it.each([
    ['FAIL', 'wrong-token', '401'],
    ['WARN', VIEWER.token, 'a viewer: it only reads'],
  ])('tells (%s) what a token is good for', async (level, token, says) => {
    const file = await optionsFile('token.yml');
    expect(await findings(['-c', file], token)).toContainEqual(
      expect.objectContaining({ level, about: 'token', says: expect.stringContaining(says) }),
    );
  });

  it('tells where configs come from, and what is wrong with that', async () => {
    const sources = (await findings([])).filter(({ about }) => about === 'source');
    expect(sources).toEqual([
      {
        level: expect.stringMatching('WARN|FAIL'),
        about: 'source',
        says: expect.stringContaining("SDK id 'broken': 0 flags, source "),
        advice: expect.stringContaining('options'),
      },
      { level: 'OK', about: 'source', says: "SDK id 'default': 0 flags, source none" },
    ]);
  });

  it('tells of clocks that differ', async () => {
    const server = await serveAt(Date.now() - 90_000);
    const { stdout, code } = await cli.run(['doctor', '--url', urlOf(server)]);
    server.close();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}clock {7}that of the service is 9\d\.\d s behind/m);
  });
});

describe('doctor, beside a first start', () => {
  let cwd: string;
  let service: SpawnedService;
  let dismissWatch: () => void;

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'audience-sync-doctor-'));
    dismissWatch = watchOver(join(cwd, '.data'));
    service = await new SpawnedService({ cwd }).ready();
  });
  afterEach(async () => {
    await service.stop();
    dismissWatch();
    await rm(cwd, { recursive: true, force: true });
  });

  it('needs to be told nothing but ports, and finds the embedded PostgreSQL', async () => {
    const env = {
      CONFIGCAT_HTTP_PORT: String(service.port),
      CONFIGCAT_DIAG_PORT: new URL(service.diagnostics).port,
    };
    const { code, stdout } = await cli.run(['doctor'], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^OK {4}options {5}defaults of a first start in /m);
    expect(stdout).toMatch(/^OK {4}database {4}PostgreSQL 18/m);
    expect(stdout).toMatch(/^OK {4}migrations/m);
    expect(stdout).toMatch(/^OK {4}status/m);
    expect(stdout).toMatch(/^OK {4}token {7}it is first-start's, an admin$/m);
    expect(stdout).toMatch(/^OK {4}source {6}SDK id 'default': 0 flags, source none$/m);
    expect(stdout).not.toMatch(/^(WARN|FAIL)/m);
  });
});

async function serveAt(now: number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('date', new Date(now).toUTCString());
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}
