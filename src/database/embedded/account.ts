import { chmod, chown, stat } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { ClusterPaths } from './cluster-paths.js';
import { findPostmaster } from './postmaster-file.js';
import { commandAs, runProgram } from './program.js';

/** Whom PostgreSQL runs as. It refuses uid 0, so root has to become somebody else. */
export type Account =
  | { readonly kind: 'own' }
  | { readonly kind: 'user-namespace' }
  | { readonly kind: 'system-user'; readonly uid: number; readonly gid: number };

/**
 * Chooses the account: our own, unless we are root. As root a cluster that another user owns is run
 * as that user; else a user namespace is tried (needs no user, and reaches a root-only
 * directory), then the system user `postgres`, which is made where it is missing.
 * @throws EmbeddedPostgresError `account_unusable`, `data_dir_foreign`
 */
export async function chooseAccount(paths: ClusterPaths, postgres: string): Promise<Account> {
  const uid = process.getuid?.();
  const owner = await stat(paths.cluster).catch(() => undefined);
  if (uid !== 0) {
    if (uid !== undefined && owner !== undefined && owner.uid !== uid) {
      throw new EmbeddedPostgresError(
        'data_dir_foreign',
        `${paths.cluster} belongs to uid ${owner.uid}, this process runs as uid ${uid}. ` +
          'Start as that user, or name another data_dir.',
      );
    }
    return { kind: 'own' };
  }
  if (owner !== undefined && owner.uid !== 0) {
    return prepareSystemUser({ kind: 'system-user', uid: owner.uid, gid: owner.gid }, paths);
  }
  const namespace: Account = { kind: 'user-namespace' };
  const probe = await runProgram(commandAs(namespace, postgres, ['--version']));
  if (probe.code === 0) {
    return namespace;
  }
  const user = await findSystemUser();
  // A server of root that still runs here is adopted as it is.
  if (owner !== undefined && (await findPostmaster(paths)) === undefined) {
    await runProgram({ file: 'chown', args: ['-R', `${user.uid}:${user.gid}`, paths.cluster] });
  }
  return prepareSystemUser(user, paths);
}

type SystemUser = Extract<Account, { kind: 'system-user' }>;

async function findSystemUser(): Promise<SystemUser> {
  const found = await lookUpUser();
  if (found !== undefined) {
    return found;
  }
  const making: readonly (readonly [string, ...string[]])[] = [
    ['useradd', '--system', '--user-group', '--no-create-home', 'postgres'],
    // BusyBox has adduser only.
    ['adduser', '-S', '-D', '-H', 'postgres'],
  ];
  for (const [file, ...args] of making) {
    const made = await runProgram({ file, args });
    const user = made.code === 0 ? await lookUpUser() : undefined;
    if (user !== undefined) {
      return user;
    }
  }
  throw accountError('and no user "postgres" exists or could be made');
}

async function lookUpUser(): Promise<SystemUser | undefined> {
  const uid = await runProgram({ file: 'id', args: ['-u', 'postgres'] });
  const gid = await runProgram({ file: 'id', args: ['-g', 'postgres'] });
  if (uid.code !== 0 || gid.code !== 0 || uid.output === '0') {
    return undefined;
  }
  return { kind: 'system-user', uid: Number(uid.output), gid: Number(gid.output) };
}

/** Lets the user's group pass through the data directory (0710: not list it), and checks the way. */
async function prepareSystemUser(user: SystemUser, paths: ClusterPaths): Promise<SystemUser> {
  await chown(paths.dataDir, 0, user.gid);
  await chmod(paths.dataDir, 0o710);
  const enter = await runProgram(
    commandAs(user, '/bin/sh', ['-c', 'cd "$1"', 'sh', paths.dataDir]),
  );
  if (enter.code !== 0) {
    throw accountError(`and uid ${user.uid} cannot reach ${paths.dataDir}`);
  }
  return user;
}

function accountError(reason: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'account_unusable',
    `PostgreSQL does not run as root, a user namespace is refused here, ${reason}. ` +
      'Start the service as a normal user, or move data_dir to where the user "postgres" may go, ' +
      'or set DATABASE_URL.',
  );
}
