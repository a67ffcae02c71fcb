import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterOwner, serviceDatabase } from '../../database/embedded/cluster.js';
import { parsePostmasterFile } from '../../database/embedded/postmaster-file.js';

/**
 * The URL (a secret) of the embedded PostgreSQL that runs in a data directory; undefined where none
 * does. Starts and changes nothing. Throws what the file system does.
 */
export async function embeddedUrl(dataDir: string): Promise<string | undefined> {
  const text = await readIfThere(join(dataDir, 'postgres', 'postmaster.pid'));
  const postmaster = text === undefined ? undefined : parsePostmasterFile(text);
  const password = await readIfThere(join(dataDir, 'postgres-password'));
  if (postmaster === undefined || password === undefined || !isAlive(postmaster.pid)) {
    return undefined;
  }
  return `postgres://${clusterOwner}:${password.trim()}@127.0.0.1:${postmaster.port}/${serviceDatabase}`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
