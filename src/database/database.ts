import { Socket } from 'node:net';
import { Client, DatabaseError, Pool } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { MIGRATIONS } from '../../migrations/all.js';
import { AudienceSyncError } from '../error.js';
import { answerWithin } from './answer-within.js';
import { migrate } from './schema.js';

/** No connection within this time: the caller can still answer Segment inside its five seconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/** Segment gives an answer up after five seconds, so nothing that it waits for may take longer than this. */
const PROMPT_TIMEOUT_MS = 4_000;
/**
 * Connections that only prompt statements use, of the pool's: others may all wait for a lock. For two
 * flushes, a read of the feed, and what is asked every second or so.
 */
const PROMPT_CONNECTIONS = 4;
/**
 * PostgreSQL ends a statement that takes too long, and says so. When it has not said anything for so
 * much longer, the network swallows what is sent, and TCP would notice after a quarter of an hour.
 */
const SILENCE_MS = 1_000;
const CLOSE_TIMEOUT_MS = 3_000;
/** A transaction whose client is gone (frozen, or cut off) must not hold its locks for longer: all writers may wait for them. */
const IDLE_IN_TRANSACTION_MS = 5_000;

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

/** One statement of a prompt transaction. */
export type PromptQuery = <Row extends object>(
  statement: NamedStatement,
  parameters?: readonly unknown[],
) => Promise<Row[]>;

/** The connections to PostgreSQL. */
export class Database {
  private dataSource: DataSource | undefined;
  private prompt: Pool | undefined;
  private markConnected: () => void;
  /** Of the pools. */
  private readonly sockets = new Set<Socket>();

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
      poolSize: Math.max(1, this.settings.poolSize - this.promptConnections),
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      applicationName: this.settings.applicationName,
      poolErrorHandler: this.settings.onConnectionError,
      extra: {
        statement_timeout: this.settings.statementTimeout,
        idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
        stream: () => this.socket(this.settings.statementTimeout + SILENCE_MS),
      },
    });
    await dataSource.initialize();
    try {
      await migrate(dataSource);
    } catch (error) {
      await dataSource.destroy();
      throw error;
    }
    this.dataSource = dataSource;
    this.prompt = this.promptPool();
    this.markConnected();
  }

  async close(): Promise<void> {
    const { dataSource, prompt } = this;
    this.dataSource = undefined;
    this.prompt = undefined;
    const closed = Promise.all([dataSource?.destroy(), prompt?.end()]);
    // What the network swallows is never confirmed.
    await answerWithin(closed, CLOSE_TIMEOUT_MS).catch(() => {});
    for (const socket of this.sockets) socket.destroy();
  }

  /** One statement on any connection, in a transaction of its own. Rows as pg gives them (bigint as text). */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.connected().query<Row[]>(sql, [...parameters]);
  }

  /**
   * The same for a statement that an answer or a replica's own news waits for: given up after five seconds at the
   * latest, also where the network swallows it, and planned once a connection. `name` must name this
   * text and no other.
   */
  async queryPromptly<Row extends object>(
    { name, text }: NamedStatement,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    if (this.prompt === undefined) throw neverReached();
    const { rows } = await this.prompt.query<Row>({ name, text, values: [...parameters] });
    return rows;
  }

  /** Several such statements in one transaction. */
  async transactPromptly<Result>(work: (query: PromptQuery) => Promise<Result>): Promise<Result> {
    if (this.prompt === undefined) throw neverReached();
    const client = await this.prompt.connect();
    let isBroken = false;
    try {
      await client.query('begin');
      const result = await work(async ({ name, text }, parameters = []) => {
        const { rows } = await client.query({ name, text, values: [...parameters] });
        return rows;
      });
      await client.query('commit');
      return result;
    } catch (error) {
      // Whoever does not answer is not asked to roll back either: the end of the connection does it.
      isBroken = !(error instanceof DatabaseError);
      if (!isBroken) await client.query('rollback').catch(() => (isBroken = true));
      throw error;
    } finally {
      client.release(isBroken);
    }
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

  private get promptConnections(): number {
    return Math.min(PROMPT_CONNECTIONS, Math.ceil(this.settings.poolSize / 2));
  }

  private promptPool(): Pool {
    const { url, statementTimeout, applicationName, onConnectionError } = this.settings;
    const promptTimeout = Math.min(statementTimeout, PROMPT_TIMEOUT_MS);
    const pool = new Pool({
      connectionString: url,
      application_name: applicationName,
      max: this.promptConnections,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: promptTimeout,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      query_timeout: promptTimeout + SILENCE_MS,
      keepAlive: true,
      stream: () => this.socket(0),
    });
    pool.on('error', onConnectionError);
    return pool;
  }

  /** For a pool's connection; breaks when nothing came or went for so many milliseconds (0: never). The pool ends idle ones sooner. */
  private socket(milliseconds: number): Socket {
    const socket = new Socket();
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    return socket.setTimeout(milliseconds, () =>
      socket.destroy(new Error('PostgreSQL went silent')),
    );
  }

  private connected(): DataSource {
    if (this.dataSource === undefined) throw neverReached();
    return this.dataSource;
  }
}

function neverReached(): DatabaseUnavailableError {
  return new DatabaseUnavailableError('PostgreSQL has not been reached since the start.');
}
