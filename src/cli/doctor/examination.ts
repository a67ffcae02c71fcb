import { AdminClient } from '../admin-api/admin-client.js';
import { findToken } from '../admin-api/admin-token.js';
import { baseUrl, DEFAULT_URL } from '../admin-api/base-url.js';
import { CliError } from '../cli.errors.js';
import { givenUrl, type GlobalOptions } from '../connection.js';
import type { Options } from '../../options/options.js';
import type { Surroundings } from '../surroundings.js';
import { checkDatabase } from './database-check.js';
import { embeddedUrl } from './embedded-url.js';
import { fail, warn, type Finding } from './finding.js';
import { checkOptions } from './options-check.js';
import { checkService, checkToken } from './service-check.js';
import { diagnosticsUrl, serviceUrl } from './service-url.js';
import { checkSources } from './sources-check.js';
import { checkStatus } from './status-check.js';

export interface Examined extends GlobalOptions {
  readonly config?: string;
  readonly diagnostics?: string;
}

/** One look after the other, each told when it is done; what is broken ends none of them. */
export async function* examine(asked: Examined, around: Surroundings): AsyncGenerator<Finding> {
  const { findings, options, dataDir } = await checkOptions(asked.config, around);
  yield* findings;
  if (options !== undefined) yield* await database(options, dataDir);

  const given = givenUrl(asked, around);
  const here = options && serviceUrl(options);
  const base = baseUrl(given ?? here ?? DEFAULT_URL);
  const service = await checkService(base);
  yield* service;
  if (service.some(({ level, about }) => level === 'FAIL' && about === 'service')) return;

  // Another service's diagnostics would tell nothing of this one.
  const own =
    given === undefined || given === here ? options && diagnosticsUrl(options) : undefined;
  const diagnostics = asked.diagnostics === undefined ? own : baseUrl(asked.diagnostics);
  yield* await checkStatus(diagnostics === undefined ? [base] : [diagnostics, base]);
  yield* await admin(base, asked, around);
}

async function database(options: Options, dataDir: string): Promise<readonly Finding[]> {
  const { url } = options.database;
  if (url !== undefined) return checkDatabase(url);
  try {
    const embedded = await embeddedUrl(dataDir);
    if (embedded !== undefined) return await checkDatabase(embedded);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      fail('database', `its files can't be read: ${reason}`, 'run this as the user of the service'),
    ];
  }
  return [
    warn(
      'database',
      `the embedded PostgreSQL in ${dataDir} does not run`,
      'the service starts it; or set database.url (DATABASE_URL)',
    ),
  ];
}

async function admin(
  base: string,
  { token }: GlobalOptions,
  around: Surroundings,
): Promise<readonly Finding[]> {
  try {
    const client = new AdminClient(base, findToken(token, around));
    const finding = await checkToken(client);
    return finding.level === 'FAIL' ? [finding] : [finding, ...(await checkSources(client))];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [fail('token', error.message, 'the sources of configs were not looked at')];
  }
}
