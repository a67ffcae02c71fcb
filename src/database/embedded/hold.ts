import { Client, DatabaseError } from 'pg';
import { applicationName, applicationNamePrefix } from './application-name.js';
import { clusterOwner, serviceDatabase, type Cluster } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { isSameDirectory } from './process-identity.js';

/** One lock of the cluster: shared while an instance uses the server, alone to stop it. */
const inUseLock = 8_050_001;

/** Answers of a server that is there but not ready to talk. */
const notYet = new Set(['57P03', '57P01', '57P02', '53300']);

/**
 * One instance's hold on the server: a connection, open from the moment the server was found until
 * `stop()`, with a shared advisory lock. Who can take the lock alone knows that nobody else uses
 * the server, and keeps newcomers out while it stops it.
 */
export class Hold {
  #client: Client;
  #lost = false;

  private constructor(client: Client) {
    this.#client = client;
    client.on('end', () => (this.#lost = true));
  }

  /**
   * Takes hold of the server on `port`. Undefined when it is not ready, being stopped, or not the
   * server of this cluster: ask again.
   * @throws EmbeddedPostgresError `password_refused`
   */
  static async take(cluster: Cluster, port: number): Promise<Hold | undefined> {
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: clusterOwner,
      password: cluster.password,
      database: 'postgres',
      application_name: applicationName(),
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    // Without a listener a server that goes away would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const answer = await client.query<{ directory: string; held: boolean }>(
        `select current_setting('data_directory') as directory,
                pg_try_advisory_lock_shared($1) as held`,
        [inUseLock],
      );
      const row = answer.rows[0];
      if (row?.held && (await isSameDirectory(row.directory, cluster.paths.cluster))) {
        return new Hold(client);
      }
    } catch (error) {
      refuseUnlessNotYet(error, cluster);
    }
    await client.end().catch(() => undefined);
    return undefined;
  }

  /** True when the connection broke, as it does when the server restarts after a crash. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Calls the listener once the connection broke, at once where it has; also by release(). */
  onLost(listener: () => void): void {
    if (this.#lost) listener();
    else this.#client.once('end', listener);
  }

  /** Makes the service's database where it is missing; may be called by several at once. */
  async ensureDatabase(): Promise<void> {
    const found = await this.#client.query('select from pg_database where datname = $1', [
      serviceDatabase,
    ]);
    if (found.rows.length > 0) {
      return;
    }
    try {
      await this.#client.query(`create database ${serviceDatabase}`);
    } catch (error) {
      const made = error instanceof DatabaseError && /^(42P04|23505)$/.test(error.code ?? '');
      if (!made) {
        throw error;
      }
    }
  }

  /**
   * Gives up the share and tries to have the server alone. False when another instance holds it, or
   * a connection of one (its hold may have broken) is open to the service's database.
   */
  async takeAlone(): Promise<boolean> {
    const alone = await this.#client.query<{ alone: boolean }>(
      `select case when pg_advisory_unlock_shared($1) then pg_try_advisory_lock($1) end as alone`,
      [inUseLock],
    );
    if (alone.rows[0]?.alone !== true) {
      return false;
    }
    const others = await this.#client.query(
      `select from pg_stat_activity
        where backend_type = 'client backend' and datname = $1
          and application_name like $2 || ' %' and application_name <> $3
        limit 1`,
      [serviceDatabase, applicationNamePrefix, applicationName()],
    );
    return others.rows.length === 0;
  }

  /** Closes the connection, and with it the lock. May be called again. */
  async release(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

function refuseUnlessNotYet(error: unknown, cluster: Cluster): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '28P01') {
    throw new EmbeddedPostgresError(
      'password_refused',
      `The PostgreSQL in ${cluster.paths.cluster} refuses the password in ` +
        `${cluster.paths.password}. Put the file that belongs to this cluster back.`,
      { cause: error },
    );
  }
  // No code: the connection timed out or was cut, as one does when a server stops.
  if (code === '' || notYet.has(code) || /^E[A-Z]+$/.test(code)) {
    return;
  }
  throw error;
}
