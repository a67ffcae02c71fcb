import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlagWatch } from '../../demo/flag-watch.js';
import { processExists } from '../../src/database/embedded/process-identity.js';

const PROGRAM = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));
const PATIENCE = { timeout: 60_000 };

describe('the demo', { timeout: 120_000 }, () => {
  let scratch = '';
  let demo: ChildProcess;
  let output = '';

  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'audience-sync-demo-test-'));
    output = '';
  });
  afterEach(async () => {
    if (demo.exitCode === null && demo.signalCode === null) {
      demo.kill('SIGINT');
      await once(demo, 'close');
    }
    await rm(scratch, { recursive: true, force: true });
  });

  /** Resolves with the exit code. Whatever it leaves behind, it leaves in the scratch directory. */
  function run(...args: readonly string[]): Promise<unknown> {
    demo = spawn(process.execPath, [PROGRAM, ...args], {
      env: { ...process.env, TMPDIR: scratch },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [demo.stdout, demo.stderr]) {
      stream?.on('data', (chunk) => (output += String(chunk)));
    }
    return once(demo, 'close').then(([code]) => code);
  }

  async function servicePid(): Promise<number> {
    await vi.waitFor(() => expect(output).toContain('It listens on'), PATIENCE);
    return Number(/pid (\d+)/.exec(output)?.[1]);
  }

  async function nothingIsLeft(pid: number): Promise<void> {
    expect(processExists(pid)).toBe(false);
    expect(await readdir(scratch)).toEqual([]);
  }

  it('shows flips over SSE and over the CDN, and ends with 0', async () => {
    const ended = run('--members', '2000', '--flips', '4');
    const pid = await servicePid();
    expect(await ended).toBe(0);
    expect(output).toContain('2,000 of 2,000');
    expect(output).toContain('API true, SDK over the CDN true');
    expect(output.match(/ada (enters|leaves) \w+ +SSE +\S+ ms +CDN +\S+ ms/g)).toHaveLength(8);
    expect(output).toMatch(/SSE +8 flips, median \S+ ms, longest \S+ ms/);
    expect(output).toMatch(/CDN.* 8 flips, median \S+ ms, longest \S+ ms/);
    await nothingIsLeft(pid);
  });

  it('says what went wrong, and ends with 1, when the service is killed meanwhile', async () => {
    const ended = run('--members', '2000', '--flips', '1000');
    const pid = await servicePid();
    await vi.waitFor(() => expect(output).toContain('ada leaves'), PATIENCE);
    process.kill(pid, 'SIGKILL');
    expect(await ended).toBe(1);
    expect(output).toContain('The demo failed: the service ended (SIGKILL)');
    await nothingIsLeft(pid);
  });

  it('takes everything down with it at Ctrl-C', async () => {
    const ended = run('--members', '2000', '--flips', '1000');
    const pid = await servicePid();
    demo.kill('SIGINT');
    expect(await ended).toBe(130);
    await nothingIsLeft(pid);
  });

  it('refuses a number that is none, before it starts anything', async () => {
    expect(await run('--members', 'many')).toBe(1);
    expect(output).toContain('--members many');
    expect(await readdir(scratch)).toEqual([]);
  });
});

describe('a flag that the demo watches', () => {
  it('takes the flip that was expected, with its time', async () => {
    const watch = new FlagWatch('SSE');
    const begun = watch.first(false);
    watch.show(false);
    await begun;
    const flipped = watch.flip(true, performance.now() - 5);
    watch.show(false);
    watch.show(true);
    expect(await flipped).toBeGreaterThanOrEqual(5);
    expect(watch.times).toHaveLength(1);
  });

  it('takes a value that nobody expects for a failure of the run', async () => {
    const watch = new FlagWatch('SSE');
    const begun = watch.first(false);
    watch.show(true);
    await expect(begun).rejects.toThrow('SSE showed true');
    expect(() => watch.check()).toThrow('SSE showed true');
  });

  it('takes a flip back for a failure, also between two flips', async () => {
    const watch = new FlagWatch('CDN');
    const begun = watch.first(true);
    watch.show(true);
    await begun;
    watch.show(false);
    await expect(watch.flip(false, performance.now())).rejects.toThrow('CDN showed false');
  });

  it('does not wait for ever', async () => {
    const watch = new FlagWatch('CDN', 1);
    await expect(watch.flip(true, performance.now())).rejects.toThrow('did not show true');
  });
});
