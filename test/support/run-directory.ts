import { chmodSync, constants, accessSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const MEMORY = '/dev/shm';
/** Several times what a run holds at a time. */
const ROOM_BYTES = 4 * 2 ** 30;

/**
 * Gives all processes of the run one directory for their temporary files, in memory where that has
 * room: databases and clusters are thousands of files, made and removed, which took a file system an
 * eighth of the run's time. @returns what removes it
 */
export function makeRunDirectory(): () => void {
  const directory = mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'audience-sync-run-'));
  // As /tmp: some tests run programs as other users.
  chmodSync(directory, 0o1777);
  process.env['TMPDIR'] = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}

function hasRoom(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize >= ROOM_BYTES;
  } catch {
    return false;
  }
}
