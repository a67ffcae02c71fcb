import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from './cli.errors.js';
import type { Surroundings } from './surroundings.js';

/** All of a file, or of stdin for `-`. @throws UsageError */
export async function readTextFile(
  path: string,
  { stdin, cwd }: Pick<Surroundings, 'stdin' | 'cwd'>,
): Promise<string> {
  if (path === '-') return text(stdin);
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What to say of a file that is not there, is a directory, belongs to others … */
export function unreadable(path: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const reason = REASONS.get(code) ?? code;
  return new UsageError(`${path} can't be read: ${reason}`, { cause: error });
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it is not there'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'it belongs to others'],
]);
