import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { SpawnedService } from '../support/spawned-service.js';
import { watchOver } from '../support/test-server.js';

const run = promisify(execFile);
const TIMEOUT = { timeout: 20_000 };
// Processes that start, on a machine that runs other tests, too.
vi.setConfig({ testTimeout: 60_000 });

describe('a first start, without any options file', () => {
  let cwd = '';
  let dismissWatch: () => void;
  let services: SpawnedService[] = [];
  let shells: ChildProcess[] = [];

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'audience-sync-first-start-'));
    dismissWatch = watchOver(join(cwd, '.data'));
    services = [];
    shells = [];
  });
  afterEach(async () => {
    shells.forEach((shell) => shell.kill());
    await Promise.all(services.map((service) => service.stop()));
    if (existsSync(postmasterFile())) {
      // A server that a killed service left: whoever adopts it can stop it.
      const dataDir = join(cwd, '.data');
      await (await startEmbeddedPostgres({ dataDir, log: () => {} })).stop();
    }
    dismissWatch();
    await rm(cwd, { recursive: true, force: true });
  });

  const postmasterFile = (): string => join(cwd, '.data', 'postgres', 'postmaster.pid');

  function spawnService(env?: Readonly<Record<string, string>>): SpawnedService {
    const service = new SpawnedService({ cwd, ...(env !== undefined && { env }) });
    services.push(service);
    return service;
  }

  async function start(): Promise<{ service: SpawnedService; commands: string[] }> {
    const service = spawnService();
    await service.says('watch it');
    await service.ready();
    const commands = service.output.split('\n').filter((line) => line.startsWith('  curl '));
    return { service, commands };
  }

  /** As a terminal runs what is pasted into it. */
  async function paste(command = ''): Promise<string> {
    const { stdout } = await run('bash', ['-c', command], { cwd });
    return stdout;
  }

  function pasteAndWatch(command = ''): () => string {
    const shell = spawn('bash', ['-c', `exec ${command.trim()}`], { cwd });
    shells.push(shell);
    let output = '';
    shell.stdout.on('data', (chunk) => (output += String(chunk)));
    return () => output;
  }

  it('prints three commands that work as printed', async () => {
    const { commands } = await start();
    expect(commands).toHaveLength(3);
    const [enter, evaluate, watch] = commands;

    expect(JSON.parse(await paste(enter))).toMatchObject({ received: 1, added: 1 });
    expect(JSON.parse(await paste(evaluate))).toMatchObject({ value: true });
    const seen = pasteAndWatch(watch);
    await vi.waitFor(() => expect(seen()).toContain('"value":true'), TIMEOUT);

    const leave = enter?.replace('"power_users":true', '"power_users":false');
    expect(JSON.parse(await paste(leave))).toMatchObject({ received: 1, removed: 1 });
    await vi.waitFor(() => expect(seen()).toContain('"value":false'), TIMEOUT);
    expect(JSON.parse(await paste(evaluate))).toMatchObject({ value: false });
  });

  it('prints commands that may be pasted all at once', async () => {
    const { commands } = await start();
    const [, evaluate = ''] = commands;
    // The flag comes milliseconds after the event is answered: more of them while other tests run.
    const patient = `until ${evaluate.trim()} | grep true; do sleep 0.1; done`;
    const pasted = commands.with(1, patient).join('\n');
    const seen = pasteAndWatch(`bash -c '${pasted.replaceAll("'", `'\\''`)}'`);
    const inOrder = /"added":1.*{"value":true.*data: {"value":true/s;
    await vi.waitFor(() => expect(seen()).toMatch(inOrder), TIMEOUT);
  });

  it('keeps what it made to its own user', async () => {
    await start();
    expect(await modeOf(cwd, '.data')).toBe('700');
    expect(await modeOf(cwd, '.data', 'token')).toBe('600');
    expect(await modeOf(cwd, '.data', 'admin-token')).toBe('600');
    expect(await modeOf(cwd, '.data', 'postgres')).toBe('700');
  });

  it('finds tokens and members again at the second start, and leaves no PostgreSQL between', async () => {
    const first = await start();
    await paste(first.commands[0]);
    const token = await readFile(join(cwd, '.data', 'token'), 'utf8');
    expect(existsSync(postmasterFile())).toBe(true);
    expect(await first.service.stop()).toEqual({ code: 0, signal: null });
    expect(existsSync(postmasterFile())).toBe(false);

    const second = await start();
    expect(await readFile(join(cwd, '.data', 'token'), 'utf8')).toBe(token);
    expect(JSON.parse(await paste(second.commands[1]))).toMatchObject({ value: true });
  });

  it('adopts the PostgreSQL that a kill -9 left, with all its members', async () => {
    const first = await start();
    await paste(first.commands[0]);
    first.service.kill('SIGKILL');
    await first.service.end;
    expect(existsSync(postmasterFile())).toBe(true);

    const second = await start();
    expect(second.service.output).toContain('Adopted PostgreSQL');
    expect(JSON.parse(await paste(second.commands[1]))).toMatchObject({ value: true });
    expect(JSON.parse(await paste(second.commands[0]))).toMatchObject({ unchanged: 1 });
    expect(await second.service.stop()).toEqual({ code: 0, signal: null });
    expect(existsSync(postmasterFile())).toBe(false);
  });

  it('tells all problems of its options at once, and ends with 1', async () => {
    const service = spawnService({
      CONFIGCAT_HTTP_PORT: 'eighty',
      CONFIGCAT_DIAG_PORT: '70000',
      CONFIGCAT_LOG_LEVEL: 'loud',
    });
    expect(await service.end).toEqual({ code: 1, signal: null });
    for (const problem of ['http.port', 'diag.port', 'log.level']) {
      expect(service.output).toContain(problem);
    }
    expect(existsSync(join(cwd, '.data'))).toBe(false);
  });

  it('tells all problems of a file, and ends with 1', async () => {
    await writeFile(join(cwd, 'options.yml'), 'http:\n  prot: 1\nlog: { level: loud }\n');
    const service = spawnService({ CONFIGCAT_LOG_LEVEL: '' });
    expect(await service.end).toEqual({ code: 1, signal: null });
    expect(service.output).toContain('http.prot');
    expect(service.output).toContain('log.level');
  });

  it.each(['CONFIGCAT_HTTP_PORT', 'CONFIGCAT_DIAG_PORT'])(
    'tells of a port in use (%s), ends with 1, and leaves no PostgreSQL',
    async (variable) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      try {
        const address = other.address();
        const port = typeof address === 'object' ? String(address?.port) : '';
        const service = spawnService({ [variable]: port });
        expect(await service.end).toEqual({ code: 1, signal: null });
        expect(service.output).toContain(`127.0.0.1:${port}: another program does`);
        expect(service.output).not.toContain('    at ');
        expect(existsSync(postmasterFile())).toBe(false);
      } finally {
        other.close();
      }
    },
  );

  it('leaves no PostgreSQL when it is stopped while that starts', async () => {
    const service = spawnService();
    await service.until(() => {
      if (!existsSync(postmasterFile())) throw new Error('no PostgreSQL yet');
    });
    service.kill('SIGTERM');
    expect(await service.end).toEqual({ code: 0, signal: null });
    expect(existsSync(postmasterFile())).toBe(false);
    expect(service.output).not.toContain('Try it');
  });
});

async function modeOf(...path: string[]): Promise<string> {
  const { mode } = await stat(join(...path));
  return (mode & 0o777).toString(8);
}
