import { chooseAccount } from './account.js';
import { resolveBinaries, type PostgresBinaries } from './binaries.js';
import {
  clusterOwner,
  ensureCluster,
  serviceDatabase,
  writeSettings,
  type Cluster,
} from './cluster.js';
import { openDataDir } from './cluster-paths.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { findOrLaunch, type Log } from './find-or-launch.js';
import { Keeper } from './keeper.js';
import { keepPassword } from './password.js';
import { findPostmaster } from './postmaster-file.js';
import { commandAs, runProgram } from './program.js';
import { productionSettings, type ServerSettings } from './settings.js';

export interface EmbeddedPostgresOptions {
  /** Made (0700) where missing; holds the cluster, its password and its log. */
  readonly dataDir: string;
  readonly log: Log;
  /** Over the production settings; for tests. */
  readonly settings?: ServerSettings;
  /** Another installation's programs; for tests on older servers. */
  readonly binaries?: PostgresBinaries;
}

/** A running PostgreSQL of this service's own. Where it dies it is started again, under the same URL. */
export interface EmbeddedPostgres {
  /** `postgres://` with the password: a secret. */
  readonly url: string;
  /** The process number of the server, another one once it was started again. */
  readonly pid: number;
  /** True when the server was found running, left by an instance that was killed, or another's. */
  readonly adopted: boolean;
  /**
   * Ends our use of the server, and the server itself (fast shutdown, awaited) unless another
   * instance uses it. Close the pools first. A second call gets the first one's promise; never
   * rejects.
   */
  stop(): Promise<void>;
}

/**
 * Makes the cluster in `<dataDir>/postgres` at the first start, then adopts its running server or
 * starts one, and makes the database. May be called by several processes at once.
 * @throws EmbeddedPostgresError
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { log } = options;
  const cluster = await openCluster(options);
  await ensureCluster(cluster);
  if ((await findPostmaster(cluster.paths)) === undefined) {
    await writeSettings(cluster, { ...productionSettings, ...options.settings });
  }
  const server = await findOrLaunch(cluster, log);
  await server.hold.ensureDatabase();
  log(
    `${server.adopted ? 'Adopted' : 'Started'} PostgreSQL ${cluster.major} in ` +
      `${cluster.paths.cluster} (pid ${server.pid}, port ${server.port})`,
  );

  const keeper = new Keeper(cluster, server, log);
  return {
    url: `postgres://${clusterOwner}:${cluster.password}@127.0.0.1:${server.port}/${serviceDatabase}`,
    get pid() {
      return keeper.pid;
    },
    adopted: server.adopted,
    stop: () => keeper.stop(),
  };
}

async function openCluster(options: EmbeddedPostgresOptions): Promise<Cluster> {
  const binaries = options.binaries ?? resolveBinaries();
  const paths = await openDataDir(options.dataDir);
  const account = await chooseAccount(paths, binaries.postgres);
  const version = await runProgram(commandAs(account, binaries.postgres, ['--version']));
  const major = /PostgreSQL\D*(\d+)/.exec(version.output)?.[1];
  if (version.code !== 0 || major === undefined) {
    throw new EmbeddedPostgresError(
      'binaries_unusable',
      `${binaries.postgres} does not run here: ${version.output}. It needs glibc and its package's ` +
        'install script (npm rebuild), and a path that its user may reach. ' +
        'Or set DATABASE_URL to a PostgreSQL 15 or later.',
    );
  }
  return {
    paths,
    binaries,
    major: Number(major),
    account,
    password: await keepPassword(paths, account.owner),
  };
}
