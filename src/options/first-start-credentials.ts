import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the first start without an options file makes, and where it lies. */
export interface FirstStartCredentials {
  /** Of the destination `engage`. */
  readonly token: string;
  readonly adminToken: string;
  readonly tokenFile: string;
  readonly adminTokenFile: string;
}

/**
 * Makes both tokens once, or reads the ones that are there. Files are 0600, a new directory 0700. Safe when
 * several processes start at once: all end with the same tokens. Throws what the file system does.
 */
export function ensureCredentials(dataDir: string): FirstStartCredentials {
  // One that is there keeps its mode: it may be a volume's, or shared.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const tokenFile = join(dataDir, 'token');
  const adminTokenFile = join(dataDir, 'admin-token');
  return {
    token: ensureToken(tokenFile),
    adminToken: ensureToken(adminTokenFile),
    tokenFile,
    adminTokenFile,
  };
}

function ensureToken(file: string): string {
  return readToken(file) ?? makeToken(file);
}

function readToken(file: string): string | undefined {
  try {
    const token = readFileSync(file, 'utf8').trim();
    return token === '' ? undefined : token;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function makeToken(file: string): string {
  const token = randomBytes(32).toString('base64url');
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${token}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    // A link, for it fails where a rename would take the place of another process's token.
    linkSync(draft, file);
    return token;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    const other = readToken(file);
    if (other !== undefined) return other;
    throw new Error(`${file} is empty: remove it, and start again`, { cause: error });
  } finally {
    unlinkSync(draft);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
