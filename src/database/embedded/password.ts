import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from './account.js';
import type { ClusterPaths } from './cluster-paths.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/**
 * The superuser's password, made once and kept in `path` (0600). Two starts at once agree on one:
 * the file appears whole under its name, or not at all, and the first to link it wins.
 * A cluster whose password is gone gets no new one: it would not be the cluster's.
 * @throws EmbeddedPostgresError `password_refused`
 */
export async function keepPassword(paths: ClusterPaths, owner?: Owner): Promise<string> {
  const { password: path, cluster } = paths;
  const kept = await readPassword(path);
  if (kept !== undefined) {
    return kept;
  }
  if (existsSync(join(cluster, 'PG_VERSION'))) {
    throw new EmbeddedPostgresError(
      'password_refused',
      `${path} is missing, and the PostgreSQL in ${cluster} has its password from it. ` +
        'Put the file back (one line; mode 0600).',
    );
  }
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  await file.writeFile(`${randomBytes(24).toString('hex')}\n`);
  await (owner && file.chown(owner.uid, owner.gid));
  await file.sync();
  await file.close();
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') {
      throw error;
    }
  });
  await rm(draft);
  return readFile(path, 'utf8').then((text) => text.trim());
}

async function readPassword(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
