import cluster from 'node:cluster';
import process from 'node:process';
import { AudienceSyncError } from './error.js';
import { firstSteps } from './first-steps.js';
import { ServiceLogger } from './observability/service-logger.js';
import { loadOptions } from './options/load-options.js';
import { startPrimary } from './primary-process.js';
import { startService } from './service.js';
import { runWorker } from './worker-process.js';

/** A supervisor's patience often ends at 30 s, so ours does before. */
const STOP_TIMEOUT_MS = 25_000;

async function main(): Promise<void> {
  if (cluster.isWorker) {
    await runWorker();
    process.exit(0);
  }
  const { options, tokenFile, warnings } = loadOptions({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
  });
  const logger = new ServiceLogger(options.log.level);
  warnings.forEach((warning) => logger.warn(warning, 'Options'));
  const stopping = stopSignal();
  const service = await (options.http.workers > 1 ? startPrimary(options) : startService(options));
  const stop = (): void => void service.stop().then(() => process.exit(0), explain);
  if (stopping.aborted) stop();
  else stopping.addEventListener('abort', stop);
  try {
    await service.started;
  } catch (error) {
    await service.stop();
    throw error;
  }
  if (tokenFile !== undefined && !stopping.aborted) {
    process.stdout.write(firstSteps({ base: service.url, tokenFile, cwd: process.cwd() }));
  }
}

/** From the first moment on, so that a PostgreSQL that is just being started is stopped, too. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const begin = (): void => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    setTimeout(
      () => fail('Stopping took too long; the rest was given up.'),
      STOP_TIMEOUT_MS,
    ).unref();
  };
  process.on('SIGTERM', begin);
  process.on('SIGINT', begin);
  return stopping.signal;
}

function explain(error: unknown): never {
  if (error instanceof AudienceSyncError) {
    return fail(error.message);
  }
  return fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

main().catch(explain);
