import { readFile, readlink, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { runProgram } from './program.js';

/** Whether a process of this number exists, be it a zombie or another user's. */
export function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether `pid` is a live PostgreSQL server of the cluster in `directory`. Numbers are handed out
 * again after a crash, and most often so in a container, where ours may be 7 each time; a server
 * works in its data directory, which tells it from anything else.
 */
export async function isServerOf(pid: number, directory: string): Promise<boolean> {
  if (!processExists(pid)) {
    return false;
  }
  if (existsSync('/proc/self/stat')) {
    return isLinuxServerOf(pid, directory);
  }
  if (process.platform === 'win32') {
    // Nothing at hand tells; connecting with our password does.
    return true;
  }
  const found = await runProgram({ file: 'ps', args: ['-o', 'command=', '-p', String(pid)] });
  return found.output.includes('postgres') && found.output.includes(directory);
}

async function isLinuxServerOf(pid: number, directory: string): Promise<boolean> {
  try {
    const [status, program, worksHere] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readlink(`/proc/${pid}/exe`),
      isSameDirectory(`/proc/${pid}/cwd`, directory),
    ]);
    // The state follows the name, which is in brackets and may hold any character. A zombie counts
    // as gone: where nobody reaps (we may be process 1 of a container) it would stay for ever.
    const state = status.slice(status.lastIndexOf(')') + 2, status.lastIndexOf(')') + 3);
    return (
      state !== 'Z' &&
      // An upgrade of the package leaves the running one as "postgres (deleted)".
      basename(program).startsWith('postgres') &&
      worksHere
    );
  } catch {
    return false;
  }
}

/** Whether two paths lead to one directory, through links and mounts too. */
export async function isSameDirectory(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
  return a.dev === b.dev && a.ino === b.ino;
}
