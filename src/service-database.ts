import type { LoggerService } from '@nestjs/common';
import { startEmbeddedPostgres } from './database/embedded/embedded-postgres.js';
import type { Options } from './options/options.js';

export interface ServiceDatabase {
  /** With the password: a secret. */
  readonly url: string;
  /** The process that it is of; undefined: this one. */
  readonly instancePid?: number;
  /** Ends what was started for it; after whatever is connected. */
  stop(): Promise<void>;
}

/** The PostgreSQL that the options name, else an embedded one. */
export async function openDatabase(
  { database, dataDir }: Options,
  logger: LoggerService,
): Promise<ServiceDatabase> {
  if (database.url !== undefined) {
    return { url: database.url, stop: () => Promise.resolve() };
  }
  const log = (message: string): void => logger.log(message, 'EmbeddedPostgres');
  return startEmbeddedPostgres({ dataDir, log });
}
