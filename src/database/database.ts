import type { Socket } from 'node:net';
import { Client, Pool } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { MIGRATIONS } from '../../migrations/all.js';
import { AudienceSyncError } from '../error.js';
import { migrate } from './schema.js';

/** No connection within this time: the caller can still answer Segment inside its five seconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/** Segment gives an answer up after five seconds, so nothing that it waits for may take longer than this. */
const ANSWER_TIMEOUT_MS = 4_000;
/** Connections that only statements of answers use: others may all wait for a lock. */
const ANSWER_POOL_SIZE = 2;

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

export interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

/** The connections to PostgreSQL. */
export class Database {
  private dataSource: DataSource | undefined;
  private answers: Pool | undefined;
  private markConnected: () => void;

  /** Resolves when connect() has succeeded for the first time. */
  readonly firstConnection: Promise<void>;

  constructor(private readonly settings: DatabaseSettings) {
    this.firstConnection = new Promise((resolve) => {
      this.markConnected = resolve;
    });
  }

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
      poolSize: Math.max(1, this.settings.poolSize - ANSWER_POOL_SIZE),
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
    this.answers = this.answerPool();
    this.markConnected();
  }

  async close(): Promise<void> {
    const { dataSource, answers } = this;
    this.dataSource = undefined;
    this.answers = undefined;
    await Promise.all([dataSource?.destroy(), answers?.end()]);
  }

  /** One statement on any connection, in a transaction of its own. Rows as pg gives them (bigint as text). */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.connected().query<Row[]>(sql, [...parameters]);
  }

  /**
   * The same for a statement that an answer waits for: given up after four seconds at the latest, and
   * planned once a connection. `name` must name this text and no other.
   */
  async queryForAnswer<Row extends object>(
    { name, text }: NamedStatement,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    if (this.answers === undefined) throw neverReached();
    const { rows } = await this.answers.query<Row>({ name, text, values: [...parameters] });
    return rows;
  }

  async transaction<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    isolation: 'READ COMMITTED' | 'REPEATABLE READ' = 'READ COMMITTED',
  ): Promise<Result> {
    return this.connected().transaction(isolation, work);
  }

  /**
   * A connection outside the pool, for LISTEN and COPY; whoever asks for it ends it. `socket`: one of
   * the caller's own that is not connected yet, for whoever has to break it.
   */
  async dedicatedClient(socket?: Socket): Promise<Client> {
    const client = new Client({
      connectionString: this.settings.url,
      application_name: this.settings.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      ...(socket !== undefined && { stream: () => socket }),
    });
    // Without a listener, a broken connection would end the process.
    client.on('error', this.settings.onConnectionError);
    await client.connect();
    return client;
  }

  private answerPool(): Pool {
    const { url, statementTimeout, applicationName, onConnectionError } = this.settings;
    const pool = new Pool({
      connectionString: url,
      application_name: applicationName,
      max: ANSWER_POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: Math.min(statementTimeout, ANSWER_TIMEOUT_MS),
    });
    pool.on('error', onConnectionError);
    return pool;
  }

  private connected(): DataSource {
    if (this.dataSource === undefined) throw neverReached();
    return this.dataSource;
  }
}

function neverReached(): DatabaseUnavailableError {
  return new DatabaseUnavailableError('PostgreSQL has not been reached since the start.');
}
