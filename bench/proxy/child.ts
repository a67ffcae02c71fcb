import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of the kernel's clock: what /proc counts CPU in. */
const TICKS_PER_SECOND = 100;

/** A program of the bench in a process of its own, that answers each message with one. */
export class Child {
  private readonly child: ChildProcess;

  constructor(name: string) {
    this.child = fork(join(import.meta.dirname, `${name}.js`), { serialization: 'advanced' });
  }

  /** One question at a time. */
  async ask<Reply>(message: object): Promise<Reply> {
    const answered = new AbortController();
    const reply = once(this.child, 'message', answered);
    const end = once(this.child, 'exit', answered).then(() => {
      throw new Error('A process of the bench ended.');
    });
    this.child.send(message);
    const [value] = await Promise.race([reply, end]).finally(() => {
      end.catch(() => {});
      answered.abort();
    });
    return value;
  }

  /** User and system time so far; 0 where there is no /proc. */
  async cpuMicroseconds(): Promise<number> {
    const stat = await readFile(`/proc/${this.child.pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 1e6) / TICKS_PER_SECOND;
  }

  stop(): void {
    this.child.kill();
  }
}
