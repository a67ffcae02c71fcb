import { chmod, chown, readFile, stat } from 'node:fs/promises';
import type { ClusterPaths } from './cluster-paths.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { findPostmaster } from './postmaster-file.js';
import { commandAs, runProgram } from './program.js';
import { findSystemUser } from './system-user.js';

/** Who owns the files, as numbers of this machine; undefined: we ourselves. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Whom PostgreSQL runs as. It refuses uid 0, and initdb a uid without a name. */
export interface Account {
  readonly owner?: Owner;
  /** The uid that PostgreSQL sees in a user namespace of its own. */
  readonly uidInside?: number;
}

/**
 * Chooses the account: the owner of the files, who is ourselves unless we are root. Where PostgreSQL
 * would refuse that one, a user namespace is tried: it needs no user made, and reaches a root-only
 * directory. Where that is refused (Docker's default seccomp profile), root becomes the system
 * user `postgres`, which is made if missing.
 * @throws EmbeddedPostgresError `account_unusable`, `data_dir_foreign`
 */
export async function chooseAccount(paths: ClusterPaths, postgres: string): Promise<Account> {
  const ourUid = process.getuid?.();
  if (ourUid === undefined) {
    return {};
  }
  const cluster = await stat(paths.cluster).catch(() => undefined);
  const found = cluster ?? (await stat(paths.dataDir));
  if (ourUid !== 0 && cluster !== undefined && cluster.uid !== ourUid) {
    throw new EmbeddedPostgresError(
      'data_dir_foreign',
      `${paths.cluster} belongs to uid ${cluster.uid}, this process runs as uid ${ourUid}. ` +
        'Start as that user, or name another data_dir.',
    );
  }
  const owner = ourUid === 0 && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
  const account = owner === undefined ? {} : { owner };
  const uid = owner?.uid ?? ourUid;
  if (uid !== 0 && (await hasName(uid))) {
    return owner === undefined ? account : admit(owner, paths);
  }
  const namespaced = { ...account, uidInside: await namedUid() };
  const probe = await runProgram(commandAs(namespaced, postgres, ['--version']));
  if (probe.code === 0) {
    return namespaced;
  }
  // Nameless: only initdb minds, and says so.
  return uid === 0 ? handOver(paths, cluster !== undefined) : account;
}

async function hasName(uid: number): Promise<boolean> {
  // An image without `id` (code -1) tells nothing: then the name is taken for granted.
  return (await runProgram({ file: 'id', args: ['-un', String(uid)] })).code <= 0;
}

/** Any uid but root's that has a name here, for inside the namespace. */
async function namedUid(): Promise<number> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const uids = users.split('\n').map((line) => Number(line.split(':')[2]));
  return uids.find((uid) => uid > 0) ?? 65_534;
}

/** Makes the system user the owner of the cluster that there may be. */
async function handOver(paths: ClusterPaths, clusterMade: boolean): Promise<Account> {
  const owner = await findSystemUser();
  // A server of root that still runs here is adopted as it is.
  if (clusterMade && (await findPostmaster(paths)) === undefined) {
    const args = ['-R', `${owner.uid}:${owner.gid}`, paths.cluster];
    await runProgram({ file: 'chown', args });
  }
  return admit(owner, paths);
}

/** Lets the owner's group pass through root's data directory (0710: not list it). */
async function admit(owner: Owner, { dataDir }: ClusterPaths): Promise<Account> {
  if ((await stat(dataDir)).uid === 0) {
    await chown(dataDir, 0, owner.gid);
    await chmod(dataDir, 0o710);
  }
  const account = { owner };
  const enter = await runProgram(commandAs(account, '/bin/sh', ['-c', 'cd "$1"', 'sh', dataDir]));
  if (enter.code !== 0) {
    throw new EmbeddedPostgresError(
      'account_unusable',
      `PostgreSQL does not run as root, and uid ${owner.uid} cannot reach ${dataDir}. Move ` +
        'data_dir to where that user may go, start the service as a normal user, or set ' +
        'DATABASE_URL.',
    );
  }
  return account;
}
