import { mkdir, chmod, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The names inside the data directory that are the embedded PostgreSQL's. */
export interface ClusterPaths {
  readonly dataDir: string;
  readonly cluster: string;
  readonly postmasterFile: string;
  readonly password: string;
  readonly log: string;
}

/**
 * Makes the data directory, readable by nobody else, and returns the names in it. The path is
 * resolved, because the server's own `data_directory` is compared with it.
 */
export async function openDataDir(dataDir: string): Promise<ClusterPaths> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const resolved = await realpath(dataDir);
  const { uid, mode } = await stat(resolved);
  // A directory with the sticky bit is shared (/tmp): its mode is not ours to change. 0710 is what
  // the system user's way in needs (account.ts).
  const shared = (mode & 0o1000) !== 0;
  if (uid === process.getuid?.() && !shared && (mode & 0o067) !== 0) {
    await chmod(resolved, 0o700);
  }
  const cluster = join(resolved, 'postgres');
  return {
    dataDir: resolved,
    cluster,
    postmasterFile: join(cluster, 'postmaster.pid'),
    password: join(resolved, 'postgres-password'),
    log: join(resolved, 'postgres.log'),
  };
}
