import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(
  new URL('../../src/database/embedded/embedded-postgres.ts', import.meta.url),
);

/** Starts the server, says so in one line, stops it at the end of its input. SIGINT is ignored. */
const program = `
  import { runnerImport } from 'vite';
  process.on('SIGINT', () => undefined);
  const { module } = await runnerImport(${JSON.stringify(source)});
  const say = (report) => process.stdout.write(JSON.stringify(report) + '\\n');
  try {
    const { url, pid, adopted, stop } = await module.startEmbeddedPostgres({
      dataDir: process.env.DATA_DIR,
      log: () => undefined,
    });
    say({ kind: 'started', url, pid, adopted });
    process.stdin.on('end', () => void stop().then(() => process.exit(0))).resume();
  } catch (error) {
    say({ kind: 'failed', code: error.code, message: error.message });
  }
`;

/** What a child process said of its embedded PostgreSQL. */
export type AppReport =
  | {
      readonly kind: 'started';
      readonly url: string;
      readonly pid: number;
      readonly adopted: boolean;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** An instance in a process of its own, leader of a process group, for what ends processes. */
export class EmbeddedApp {
  readonly report: Promise<AppReport>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(dataDir: string, environment: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      detached: true,
      env: { ...process.env, ...environment, DATA_DIR: dataDir },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#ended = once(child, 'exit');
    this.report = once(createInterface(child.stdout), 'line').then(([line]) =>
      // Our own program above wrote the line.
      JSON.parse(String(line)),
    );
  }

  /** The report, of a start that is expected to succeed. */
  async started(): Promise<Extract<AppReport, { kind: 'started' }>> {
    const report = await this.report;
    if (report.kind === 'failed') {
      throw new Error(`${report.code}: ${report.message}`);
    }
    return report;
  }

  /** Sends a signal to the whole process group, as a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-Number(this.#child.pid), signal);
  }

  /** Ends the process alone, without any chance to tidy up, and waits for its end. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** An orderly end, awaited. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}
