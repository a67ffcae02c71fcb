import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresBinaries } from '../../src/database/embedded/binaries.js';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';

/** A throw-away PostgreSQL: fast, and gone with the process that started it. */
export interface TestServer {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts one in a directory of its own, without fsync; of the embedded package unless told. */
export async function startTestServer(binaries?: PostgresBinaries): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'audience-sync-test-'));
  const dismiss = watchOver(dataDir);
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: 300,
    },
    ...(binaries !== undefined && { binaries }),
  });
  return {
    url: postgres.url,
    dataDir,
    pid: postgres.pid,
    stop: async () => {
      await postgres.stop();
      dismiss();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * A teardown is not run when the run is killed, and the server lives on by design. So a shell in a
 * session of its own waits for the end of its input, which the kernel closes with our process, and
 * then stops the server by its number and clears the directory. Returns what sends it home.
 */
export function watchOver(dataDir: string): () => void {
  const script =
    'read -r done && exit; pid=$(head -n 1 "$1/postgres/postmaster.pid" 2>/dev/null); ' +
    'if [ -n "$pid" ]; then kill -INT "$pid" 2>/dev/null; ' +
    'while [ -e "$1/postgres/postmaster.pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.1; done; fi; ' +
    'rm -rf "$1"';
  const shell = spawn('/bin/sh', ['-c', script, 'sh', dataDir], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  return () => shell.stdin.end('done\n');
}
