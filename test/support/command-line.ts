import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** How a run of the program ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Over nothing but PATH: no variable of this process sets an option. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** The built program (`npm run build`), each run a process of its own, in a directory of the file's own. */
export class CommandLine {
  #cwd = '';

  /** Registers the hooks that make the directory before all tests, and remove it after. */
  constructor() {
    beforeAll(async () => {
      if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: npm run build`);
      this.#cwd = await mkdtemp(join(tmpdir(), 'audience-sync-cli-'));
    });
    afterAll(() => rm(this.#cwd, { recursive: true, force: true }));
  }

  get cwd(): string {
    return this.#cwd;
  }

  /** Writes a file there; returns its name. */
  async file(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(join(this.#cwd, name), content);
    return name;
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    const { env = {}, cwd = this.#cwd, stdin = '' } = options;
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
    });
    // It may end before it has read all of that.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      child.exitCode === null && once(child, 'close'),
    ]);
    return { code: child.exitCode, stdout, stderr };
  }
}
