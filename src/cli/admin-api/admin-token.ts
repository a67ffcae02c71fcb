import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NoTokenError, UsageError } from '../cli.errors.js';
import type { Surroundings } from '../surroundings.js';

/** Where the first start keeps the token that it makes, in its working directory. */
const FIRST_START = join('.data', 'admin-token');

/**
 * The token of `--token`, else of AUDIENCE_SYNC_TOKEN, else of a first start in the working directory.
 * @throws NoTokenError, UsageError: neither shows it
 */
export function findToken(
  given: string | undefined,
  { env, cwd }: Pick<Surroundings, 'env' | 'cwd'>,
): string {
  const token = given ?? (env['AUDIENCE_SYNC_TOKEN'] || readFirstStart(cwd));
  if (token === undefined) {
    throw new NoTokenError(
      `No token: set AUDIENCE_SYNC_TOKEN to one of admin.tokens, or run this where ${FIRST_START} is.`,
    );
  }
  // What no header can carry would be refused by a message that quotes it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError('The token holds a blank or a character that no header can carry.');
  }
  return token;
}

function readFirstStart(cwd: string): string | undefined {
  const path = join(cwd, FIRST_START);
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new NoTokenError(`The token in ${path} can't be read (${code}).`);
  }
}
