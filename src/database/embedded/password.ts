import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';

/**
 * The superuser's password, made once and kept in `path` (0600). Two starts at once agree on one:
 * the file appears whole under its name, or not at all, and the first to link it wins.
 */
export async function keepPassword(path: string): Promise<string> {
  const kept = await readPassword(path);
  if (kept !== undefined) {
    return kept;
  }
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  await file.writeFile(`${randomBytes(24).toString('hex')}\n`);
  await file.sync();
  await file.close();
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') {
      throw error;
    }
  });
  await rm(draft);
  return keepPassword(path);
}

async function readPassword(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
