import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
/** An embedded PostgreSQL is made first, on a machine that is busy with other tests. */
const START_TIMEOUT_MS = 60_000;
/** Longer than the service's own patience. */
const STOP_TIMEOUT_MS = 40_000;

export interface SpawnedServiceOptions {
  /** Where it looks for `options.yml`, and keeps `.data` without one. */
  readonly cwd: string;
  readonly args?: readonly string[];
  /** Over the environment below; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How a process ended: with a code, or by a signal. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * The built service (`npm run build`; `npm test` builds first) as a process of its own, on free ports
 * of loopback, logging from `info` on. To start it again on the same port, pass CONFIGCAT_HTTP_PORT.
 * Its embedded PostgreSQL, if it has one, outlives a SIGKILL, as the service means it to.
 */
export class SpawnedService {
  /** Resolves when the process has ended and all its output was read. */
  readonly end: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  #output = '';
  #ended = false;

  constructor({ cwd, args = [], env = {} }: SpawnedServiceOptions) {
    if (!existsSync(PROGRAM)) {
      throw new Error(`${PROGRAM} is missing: npm run build`);
    }
    this.#child = spawn(process.execPath, ['--enable-source-maps', PROGRAM, ...args], {
      cwd,
      env: {
        ...cleanEnvironment(),
        AUDIENCE_SYNC_HTTP_HOST: '127.0.0.1',
        CONFIGCAT_HTTP_PORT: '0',
        CONFIGCAT_DIAG_PORT: '0',
        CONFIGCAT_LOG_LEVEL: 'info',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (text: string): void => {
      this.#output += text;
    };
    this.#child.stdout?.setEncoding('utf8').on('data', keep);
    this.#child.stderr?.setEncoding('utf8').on('data', keep);
    this.end = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (code, signal) => {
        this.#ended = true;
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it wrote so far, on both streams. */
  get output(): string {
    return this.#output;
  }

  /** `http://127.0.0.1:<port>` of the main server (`https:` with TLS). Throws before listening() resolved. */
  get base(): string {
    return this.#url('Audience Sync listens on');
  }

  /** The same of the diagnostics server, where it is on. */
  get diagnostics(): string {
    return this.#url('Diagnostics listen on');
  }

  get port(): number {
    return Number(new URL(this.base).port);
  }

  /** The servers listen; PostgreSQL may be away still. Rejects when the process ended instead. */
  async listening(): Promise<this> {
    await this.until(() => this.base);
    return this;
  }

  /** `/readyz` answers 200. Rejects when the process ended instead. */
  async ready(): Promise<this> {
    await this.listening();
    await this.until(async () => {
      const { status } = await fetch(`${this.base}/readyz`);
      if (status !== 200) throw new Error(`/readyz answers ${status}`);
    });
    return this;
  }

  /** The output holds this text. */
  async says(text: string): Promise<void> {
    await this.until(() => {
      if (!this.#output.includes(text)) throw new Error(`it did not say "${text}"`);
    });
  }

  /** Sends a signal to the process, alone, and does not wait. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** SIGTERM, awaited; SIGKILL when it takes too long. For clean-up too: may be called again. */
  async stop(): Promise<ProcessEnd> {
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const end = await this.end;
    clearTimeout(timer);
    return end;
  }

  /** Repeats the check until it passes, and once more after the process ended. */
  async until<Result>(check: () => Result | Promise<Result>): Promise<Result> {
    const attempt = async (): Promise<{ readonly value: Result } | { readonly error: unknown }> => {
      const isLast = this.#ended;
      try {
        return { value: await check() };
      } catch (error) {
        if (isLast) return { error };
        throw error;
      }
    };
    const result = await vi
      .waitFor(attempt, { timeout: START_TIMEOUT_MS, interval: 20 })
      .catch((error: unknown) => ({ error }));
    if ('value' in result) {
      return result.value;
    }
    throw new Error(`${String(result.error)}; the service's output was:\n${this.#output}`, {
      cause: result.error,
    });
  }

  #url(sentence: string): string {
    const [, url] = new RegExp(`${sentence} (https?://\\S+)`).exec(this.#output) ?? [];
    if (url === undefined) {
      throw new Error(`it did not say "${sentence} …"`);
    }
    return url;
  }
}

/** Ours without what would set options of the service, or change how a test's process speaks. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(CONFIGCAT_|AUDIENCE_SYNC_|DATABASE_URL$|SEGMENT_WRITE_KEY$|VITEST|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}
