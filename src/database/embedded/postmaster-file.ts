import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, stat } from 'node:fs/promises';
import type { ClusterPaths } from './cluster-paths.js';
import { isServerOf, processExists } from './process-identity.js';

/** What a running server says of itself in `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: 'starting' | 'stopping' | 'ready';
}

/** Reads the eight lines of `postmaster.pid`; undefined while they are not all written. */
export function parsePostmasterFile(text: string): Postmaster | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  // A server without its socket yet has written no port; its status line comes last.
  const port = Number(lines[3]);
  const status = lines[7] ?? '';
  if (!Number.isInteger(pid) || pid <= 0) {
    return undefined;
  }
  return {
    pid,
    port: Number.isInteger(port) ? port : 0,
    status: status === 'ready' || status === 'stopping' ? status : 'starting',
  };
}

/**
 * The server that runs in this cluster, or undefined. Where the file names a number that now
 * belongs to something else, it is put away: PostgreSQL would take that process for its
 * predecessor and refuse. A file whose process is gone stays, for PostgreSQL then also checks that
 * no old backend still has the shared memory.
 */
export async function findPostmaster(paths: ClusterPaths): Promise<Postmaster | undefined> {
  const text = await readFile(paths.postmasterFile, 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        return undefined;
      }
      throw error;
    },
  );
  if (text === undefined) {
    return undefined;
  }
  const postmaster = parsePostmasterFile(text);
  if (postmaster === undefined) {
    await putAwayUnreadable(paths, text);
    return undefined;
  }
  if (await isServerOf(postmaster.pid, paths.cluster)) {
    return postmaster;
  }
  if (processExists(postmaster.pid)) {
    await putAway(paths, text);
  }
  return undefined;
}

/** An empty file is one that a server is just writing, or one that a power cut left. */
async function putAwayUnreadable(paths: ClusterPaths, text: string): Promise<void> {
  const found = await stat(paths.postmasterFile).catch(() => undefined);
  if (found !== undefined && Date.now() - found.mtimeMs > 2_000) {
    await putAway(paths, text);
  }
}

/** Removes the file, but only the one that was judged: another start may have made a new one. */
async function putAway({ postmasterFile }: ClusterPaths, judged: string): Promise<void> {
  const aside = `${postmasterFile}.stale-${randomBytes(4).toString('hex')}`;
  try {
    await rename(postmasterFile, aside);
  } catch {
    return;
  }
  // PostgreSQL looks for its file once a minute, so putting it back at once is early enough.
  if ((await readFile(aside, 'utf8')) !== judged) {
    await link(aside, postmasterFile).catch(() => undefined);
  }
  await rm(aside, { force: true });
}
