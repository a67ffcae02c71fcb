import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { stringify } from 'yaml';
import { loadOptions } from '../../src/options/load-options.js';
import { startService } from '../../src/service.js';

/** Options as YAML would have them; over those of a test. */
export type OptionsTree = Readonly<Record<string, unknown>>;

export interface TestService {
  readonly base: string;
  /** Of the diagnostics server; '' where it is off. */
  readonly diagnostics: string;
  stop(): Promise<void>;
}

/** The token of the destination `dest`, and the secret that may sign its events. */
export const TOKEN = 'tok';
export const SECRET = 'abc123';

/** A file or PostgreSQL may be slow on a machine that is busy with other tests. */
const READY = { timeout: 20_000, interval: 10 };

/** A destination without a shared secret, an SDK id `default` without a config, any free port. */
export function testOptions(databaseUrl: string, overrides: OptionsTree = {}): OptionsTree {
  return {
    database: { url: databaseUrl },
    http: { port: 0, host: '127.0.0.1' },
    diag: { enabled: false },
    log: { level: 'error' },
    sdks: { default: {} },
    engage: { destinations: { dest: { token: TOKEN } } },
    ...overrides,
  };
}

/** The whole service in this process, on a free port, ready for requests. */
export async function startTestService(
  databaseUrl: string,
  overrides: OptionsTree = {},
): Promise<TestService> {
  const service = await launchTestService(databaseUrl, overrides);
  await vi.waitFor(() => expectReady(service.base), READY);
  return service;
}

/** The same as soon as it listens, which it does without PostgreSQL. */
export async function launchTestService(
  databaseUrl: string,
  overrides: OptionsTree = {},
): Promise<TestService> {
  const directory = await mkdtemp(join(tmpdir(), 'audience-sync-options-'));
  try {
    await writeFile(join(directory, 'options.yml'), stringify(testOptions(databaseUrl, overrides)));
    const { options } = loadOptions({ argv: [], env: {}, cwd: directory });
    const service = await startService(options);
    return {
      base: `http://127.0.0.1:${service.port}`,
      diagnostics: service.diagnosticsUrl ?? '',
      stop: () => service.stop(),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function expectReady(base: string): Promise<void> {
  const answer = await fetch(`${base}/readyz`);
  if (!answer.ok) throw new Error(await answer.text());
}
