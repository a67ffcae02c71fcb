import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { ProbeReply } from './probe.js';

const MAIN = join(import.meta.dirname, '../../src/main.js');
const PROBE = join(import.meta.dirname, 'probe.js');
const START_TIMEOUT_MS = 30_000;

export interface ProbedServiceOptions {
  /** Gets the options file. */
  readonly directory: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Of Node. */
  readonly flags: readonly string[];
}

/** The built service in a process of its own, with a probe in it. */
export class ProbedService {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start({ directory, options, flags }: ProbedServiceOptions): Promise<ProbedService> {
    const port = await freePort();
    const file = join(directory, `options-${port}.yml`);
    const tree = {
      ...options,
      http: { port, host: '127.0.0.1' },
      diag: { enabled: false },
      log: { level: 'warn' },
    };
    await writeFile(file, stringify(tree));
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', '--expose-gc', ...flags, '--import', PROBE, MAIN, '-c', file],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    );
    const service = new ProbedService(child, port);
    await service.ready();
    return service;
  }

  get base(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** One question at a time. */
  async ask({ collect = false }: { readonly collect?: boolean } = {}): Promise<ProbeReply> {
    const reply = once(this.child, 'message');
    this.child.send({ collect });
    const [value]: ProbeReply[] = await reply;
    if (value === undefined) throw new Error('the probe said nothing');
    return value;
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
      await delay(50);
    }
    await this.stop();
    throw new Error('The service did not get ready.');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
