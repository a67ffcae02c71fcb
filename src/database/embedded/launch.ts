import { spawn } from 'node:child_process';
import { open, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Cluster } from './cluster.js';
import { commandAs, programEnvironment, spawnIdentity } from './program.js';

/** The log starts anew past this size; one older file is kept. */
const logLimit = 4 * 1024 * 1024;

/** A server that this process started. `failure()` is undefined as long as it runs. */
export interface Launch {
  readonly pid: number | undefined;
  failure(): Promise<LaunchFailure | undefined>;
}

/** Why a server ended at its start. `taken`: another one has the cluster, or its backends still do. */
export interface LaunchFailure {
  readonly kind: 'port' | 'taken' | 'other';
  readonly detail: string;
}

/**
 * Starts the server on this port of loopback, or a free one, in a session of its own: the terminal's Ctrl-C does
 * not reach it, and it outlives this process. Started directly and not through pg_ctl, which hands
 * paths to a shell unquoted, hides how the server ended, and leaves a zombie where process 1 does
 * not reap.
 */
export async function launch(
  { paths, binaries, account }: Cluster,
  wantedPort?: number,
): Promise<Launch> {
  await rotateLog(paths.log);
  const port = wantedPort ?? (await freePort());
  const log = await open(paths.log, 'a+', 0o600);
  await (account.owner && log.chown(account.owner.uid, account.owner.gid));
  const logStart = (await log.stat()).size;
  const command = commandAs(account, binaries.postgres, ['-D', paths.cluster, '-p', String(port)]);
  const child = spawn(command.file, command.args, {
    ...spawnIdentity(command),
    cwd: '/',
    env: programEnvironment(),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let ended: string | undefined;
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code, signal) => (ended = signal ?? `exit code ${code}`));
  child.unref();
  await log.close();

  return {
    pid: child.pid,
    failure: async () => {
      if (ended === undefined) {
        return undefined;
      }
      const said = await readFrom(paths.log, logStart);
      return { kind: failureKind(said), detail: `${ended}: ${said.slice(-2_000)}` };
    },
  };
}

function failureKind(said: string): LaunchFailure['kind'] {
  if (/could not (bind|create any TCP\/IP sockets)/.test(said)) {
    return 'port';
  }
  const taken = /lock file "postmaster.pid" (already exists|is empty)|pre-existing shared memory/;
  return taken.test(said) ? 'taken' : 'other';
}

async function rotateLog(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && found.size > logLimit) {
    await rename(path, `${path}.1`);
  }
}

async function readFrom(path: string, position: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(Math.max(size - position, 0), 65_536));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await file.close();
  }
}

/** A port that was free a moment ago; another may take it first, then a new one is asked for. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
