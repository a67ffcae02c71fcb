import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.js';
import { processExists } from '../../src/database/embedded/process-identity.js';
import { EmbeddedApp } from './embedded-app.js';
import { watchOver } from './test-server.js';

/** A data directory of each test's own, and what was started on it. */
export class EmbeddedDirectory {
  #path = '';
  #undo: (() => Promise<unknown>)[] = [];

  /** Registers the hooks that make it before each test of the file, and clear it after. */
  constructor() {
    let dismissWatch: () => void;
    beforeEach(async () => {
      this.#path = await mkdtemp(join(tmpdir(), 'audience-sync-fault-'));
      dismissWatch = watchOver(this.#path);
      this.#undo = [];
    });
    afterEach(async () => {
      for (const step of this.#undo.toReversed()) {
        await step();
      }
      // A server that a killed app left: the last user of a server stops it.
      if (existsSync(this.postmasterFile)) {
        await (await this.start()).stop();
      }
      dismissWatch();
      await rm(this.#path, { recursive: true, force: true });
    });
  }

  /** The path of something in the directory. */
  path(...names: string[]): string {
    return join(this.#path, ...names);
  }

  get postmasterFile(): string {
    return this.path('postgres', 'postmaster.pid');
  }

  /** Adds what to do after the test; the last added is done first. */
  after(step: () => Promise<unknown>): void {
    this.#undo.push(step);
  }

  /** Starts or adopts the server from this process. */
  async start(): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir: this.#path, log: () => undefined });
    this.after(() => server.stop());
    return server;
  }

  /** Starts or adopts it from a process that can be killed. */
  startApp(environment?: NodeJS.ProcessEnv, dataDir = this.#path): EmbeddedApp {
    const app = new EmbeddedApp(dataDir, environment);
    this.after(() => app.kill());
    return app;
  }
}

/** The rows of one statement, over a connection of its own. */
export async function query(url: string, text: string): Promise<QueryResultRow[]> {
  const client = new Client({ connectionString: url });
  // The statement's promise tells of a server that is killed; the event would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<QueryResultRow>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Ends a server as a power cut would: nothing is written any more. */
export async function killServer(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await gone(pid);
}

/** Waits until no process has this number. */
export async function gone(pid: number): Promise<void> {
  await vi.waitFor(() => expect(processExists(pid)).toBe(false), { timeout: 10_000 });
}
