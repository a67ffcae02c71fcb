import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The numbers of the processes that this one started and that run still, without a PostgreSQL. */
export async function workersOf(pid: number): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [own, parent, ...args] = line.trim().split(/\s+/);
    return parent === String(pid) && args.join(' ').includes('main.js') ? [Number(own)] : [];
  });
}

/** Whether a process of that number is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
