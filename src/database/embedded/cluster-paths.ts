import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

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
  const resolved = await makeWritable(dataDir).catch((cause: NodeJS.ErrnoException) => {
    throw new EmbeddedPostgresError(
      'data_dir_foreign',
      `The data directory ${dataDir} cannot be made or written (${cause.code ?? cause.message}). ` +
        'Give it to the user of this process, or name another data_dir.',
      { cause },
    );
  });
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

async function makeWritable(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const resolved = await realpath(dataDir);
  await access(resolved, constants.W_OK | constants.X_OK);
  return resolved;
}
