import type { Command } from 'commander';
import { AdminClient } from './admin-api/admin-client.js';
import { findToken } from './admin-api/admin-token.js';
import { baseUrl, DEFAULT_URL } from './admin-api/base-url.js';
import { Output } from './output/output.js';
import type { Surroundings } from './surroundings.js';

/** What every command takes. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** A command's service, and where its answers go. */
export interface Connection {
  readonly client: AdminClient;
  readonly output: Output;
}

/** @throws UsageError, NoTokenError */
export function connect(command: Command, around: Surroundings): Connection {
  const options = command.optsWithGlobals<GlobalOptions>();
  const base = baseUrl(givenUrl(options, around) ?? DEFAULT_URL);
  return {
    client: new AdminClient(base, findToken(options.token, around)),
    output: outputOf(options, around),
  };
}

/** Undefined: nobody said where. */
export function givenUrl({ url }: GlobalOptions, { env }: Surroundings): string | undefined {
  return url ?? (env['AUDIENCE_SYNC_URL'] || undefined);
}

export function outputOf({ json = false }: GlobalOptions, { stdout }: Surroundings): Output {
  return new Output(stdout, json);
}
