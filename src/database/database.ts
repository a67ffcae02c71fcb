import { Client } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { MIGRATIONS } from '../../migrations/all.js';
import { AudienceSyncError } from '../error.js';
import { migrate } from './schema.js';

/** No connection within this time: the caller can still answer Segment inside its five seconds. */
const CONNECT_TIMEOUT_MS = 3_000;

export class DatabaseUnavailableError extends AudienceSyncError {
  readonly code = 'database_unavailable';
}

/** A class that TypeORM's @Entity decorates. */
export type EntityClass = new () => object;

export interface DatabaseSettings {
  readonly url: string;
  readonly poolSize: number;
  /** Milliseconds. */
  readonly statementTimeout: number;
  readonly applicationName: string;
  readonly entities: readonly EntityClass[];
  /** Told of idle connections that broke. */
  readonly onConnectionError: (error: unknown) => void;
}

/** The connections to PostgreSQL. */
export class Database {
  private dataSource: DataSource | undefined;

  constructor(private readonly settings: DatabaseSettings) {}

  get isConnected(): boolean {
    return this.dataSource !== undefined;
  }

  /** Connects and migrates once. Throws what PostgreSQL or the network said; may be called again then. */
  async connect(): Promise<void> {
    const dataSource = new DataSource({
      type: 'postgres',
      url: this.settings.url,
      entities: [...this.settings.entities],
      migrations: MIGRATIONS,
      migrationsTableName: 'migration',
      migrationsRun: false,
      synchronize: false,
      installExtensions: false,
      logging: false,
      poolSize: this.settings.poolSize,
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      applicationName: this.settings.applicationName,
      poolErrorHandler: this.settings.onConnectionError,
      extra: { statement_timeout: this.settings.statementTimeout },
    });
    await dataSource.initialize();
    try {
      await migrate(dataSource);
    } catch (error) {
      await dataSource.destroy();
      throw error;
    }
    this.dataSource = dataSource;
  }

  async close(): Promise<void> {
    const dataSource = this.dataSource;
    this.dataSource = undefined;
    await dataSource?.destroy();
  }

  /** One statement on any connection, in a transaction of its own. Rows as pg gives them (bigint as text). */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.connected().query<Row[]>(sql, [...parameters]);
  }

  async transaction<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    isolation: 'READ COMMITTED' | 'REPEATABLE READ' = 'READ COMMITTED',
  ): Promise<Result> {
    return this.connected().transaction(isolation, work);
  }

  /** A connection outside the pool, for LISTEN and COPY; whoever asks for it ends it. */
  async dedicatedClient(): Promise<Client> {
    const client = new Client({
      connectionString: this.settings.url,
      application_name: this.settings.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    // Without a listener, a broken connection would end the process.
    client.on('error', this.settings.onConnectionError);
    await client.connect();
    return client;
  }

  private connected(): DataSource {
    if (this.dataSource === undefined) {
      throw new DatabaseUnavailableError('PostgreSQL has not been reached since the start.');
    }
    return this.dataSource;
  }
}
