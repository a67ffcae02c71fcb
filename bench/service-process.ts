import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';

const MAIN = join(import.meta.dirname, '../src/main.js');
const PACKAGE = join(import.meta.dirname, '../../package.json');
const START_TIMEOUT_MS = 30_000;
/** Of the kernel's clock: what /proc counts CPU in. */
const TICKS_PER_SECOND = 100;

/** The flags of `npm start`. */
async function startFlags(): Promise<string[]> {
  const start = /"start": "node (?<flags>.*) dist/.exec(await readFile(PACKAGE, 'utf8'));
  return start?.groups?.['flags']?.split(' ') ?? [];
}

/** The built service in a process of its own, as it runs in production. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly base: string,
  ) {}

  /** `directory` gets the options file; `http` of the options has neither port nor host. */
  static async start(
    directory: string,
    options: Readonly<Record<string, unknown>> & { readonly http?: object },
  ): Promise<ServiceProcess> {
    const port = await freePort();
    const file = join(directory, `options-${port}.yml`);
    const tree = {
      sdks: { default: {} },
      ...options,
      http: { ...options.http, port, host: '127.0.0.1' },
      diag: { enabled: false },
      log: { level: 'warn' },
    };
    await writeFile(file, stringify(tree));
    const child = spawn(process.execPath, [...(await startFlags()), MAIN, '-c', file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const service = new ServiceProcess(child, `http://127.0.0.1:${port}`);
    await service.ready();
    return service;
  }

  /** User and system time so far of the process and its workers; 0 where there is no /proc. */
  async cpuMicroseconds(): Promise<number> {
    const { pid = 0 } = this.child;
    const workers = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const pids = [pid, ...workers.split(' ').map(Number).filter(Boolean)];
    const times = await Promise.all(pids.map(cpuOf));
    return times.reduce((sum, time) => sum + time, 0);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const exit = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await exit;
    }
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const answer = await fetch(`${this.base}/readyz`).catch(() => undefined);
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new Error('The service did not get ready.');
  }
}

async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 1e6) / TICKS_PER_SECOND;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
