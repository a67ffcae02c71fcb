import type { Owner } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { runProgram } from './program.js';

const name = 'postgres';

/** How the user is made: by shadow-utils, or by BusyBox, which has adduser only. */
const making: readonly (readonly [string, ...string[]])[] = [
  ['useradd', '--system', '--user-group', '--no-create-home', name],
  ['adduser', '-S', '-D', '-H', name],
];

/**
 * The system user `postgres`; made where it is missing.
 * @throws EmbeddedPostgresError `account_unusable`
 */
export async function findSystemUser(): Promise<Owner> {
  const found = await lookUp();
  if (found !== undefined) {
    return found;
  }
  for (const [file, ...args] of making) {
    const made = await runProgram({ file, args });
    const user = made.code === 0 ? await lookUp() : undefined;
    if (user !== undefined) {
      return user;
    }
  }
  throw new EmbeddedPostgresError(
    'account_unusable',
    `PostgreSQL does not run as root, user namespaces are refused here, and no user "${name}" ` +
      'exists or could be made. Start the service as a normal user, or set DATABASE_URL.',
  );
}

async function lookUp(): Promise<Owner | undefined> {
  const uid = await runProgram({ file: 'id', args: ['-u', name] });
  const gid = await runProgram({ file: 'id', args: ['-g', name] });
  if (uid.code !== 0 || gid.code !== 0 || uid.output === '0') {
    return undefined;
  }
  return { uid: Number(uid.output), gid: Number(gid.output) };
}
