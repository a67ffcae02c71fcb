import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { startEmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { waitUntil } from './wait-until.js';

const PROGRAM = fileURLToPath(new URL('../src/main.js', import.meta.url));
/** Longer than the service takes to give up by itself. */
const STOP_TIMEOUT_MS = 30_000;

export const SDK_ID = 'demo';
export const DESTINATION = 'segment';

interface Credentials {
  readonly token: string;
  readonly sharedSecret: string;
}

/** The built service as a process of its own, with all it keeps in a directory of its own. */
export class FreshInstance {
  /** Rejects when the process ends before stop(). */
  readonly failed: Promise<never>;
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private output = '';
  private isStopping = false;

  private constructor(
    private readonly directory: string,
    readonly credentials: Credentials,
  ) {
    this.child = spawn(process.execPath, ['--enable-source-maps', PROGRAM], {
      cwd: directory,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.ended = new Promise((resolve) => this.child.on('close', () => resolve()));
    this.failed = new Promise((_resolve, reject) => {
      this.child.on('close', (code, signal) => {
        const how = signal ?? `exit code ${code}`;
        if (!this.isStopping) reject(new Error(`the service ended (${how})\n${this.output}`));
      });
    });
    // Whoever races with it gets the rejection; nobody might.
    this.failed.catch(() => {});
  }

  static async launch(): Promise<FreshInstance> {
    const directory = await mkdtemp(join(tmpdir(), 'audience-sync-demo-'));
    const credentials = { token: secret(), sharedSecret: secret() };
    await writeFile(join(directory, 'options.yml'), stringify(optionsTree(credentials)), {
      mode: 0o600,
    });
    return new FreshInstance(directory, credentials);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Resolves with the URL of its main server, once it is ready. */
  async ready(): Promise<string> {
    const [, base = ''] = await waitUntil('the service listens', () =>
      /Audience Sync listens on (\S+)/.exec(this.output),
    );
    await waitUntil('the service is ready', async () => (await fetch(`${base}/readyz`)).ok);
    return base;
  }

  /** Ends the process and its PostgreSQL, and clears the directory. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
    const dataDir = join(this.directory, 'data');
    if (existsSync(join(dataDir, 'postgres', 'postmaster.pid'))) {
      // The service was killed, which its PostgreSQL outlives; whoever adopts it can stop it.
      await (await startEmbeddedPostgres({ dataDir, log: () => {} })).stop();
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}

function optionsTree({ token, sharedSecret }: Credentials): object {
  return {
    http: { host: '127.0.0.1', port: 0 },
    diag: { enabled: false },
    data_dir: 'data',
    sdks: { [SDK_ID]: {} },
    engage: { destinations: { [DESTINATION]: { token, shared_secrets: [sharedSecret] } } },
  };
}

/** Without what would set options of the service. */
function environment(): NodeJS.ProcessEnv {
  const ours = /^(CONFIGCAT_|AUDIENCE_SYNC_|DATABASE_URL$|SEGMENT_WRITE_KEY$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}
