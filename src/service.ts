import { Logger, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { RequestListener } from 'node:http';
import { AppModule } from './app.module.js';
import { describeDatabaseError } from './database/sql-state.js';
import { startEmbeddedPostgres } from './database/embedded/embedded-postgres.js';
import { AudienceSyncError } from './error.js';
import { diagnosticsListener, mainListener } from './http-listeners.js';
import { LifeCycle } from './life-cycle.js';
import { localUrl } from './local-url.js';
import { ErrorLog } from './observability/error-log.js';
import { ServiceLogger } from './observability/service-logger.js';
import type { Options } from './options/options.js';
import { ProblemFilter } from './problem.filter.js';
import { RouteTables } from './proxy/route-tables.js';
import { HttpServer } from './proxy/servers.js';

/** Requests under way get so long at shutdown. */
const DRAIN_TIMEOUT_MS = 10_000;

export interface RunningService {
  readonly port: number;
  /** Of the main server, as this machine reaches it. */
  readonly url: string;
  /** Resolves when everything runs; rejects on what waiting does not mend. */
  readonly started: Promise<void>;
  /** Idempotent; resolves when what was accepted is committed and everything has ended. */
  stop(): Promise<void>;
}

/** The whole service in this process: database, app, servers. */
export async function startService(options: Options): Promise<RunningService> {
  const logger = new ServiceLogger(options.log.level);
  Logger.overrideLogger(logger);
  const embedded =
    options.database.url === undefined
      ? await startEmbeddedPostgres({
          dataDir: options.dataDir,
          log: (message) => logger.log(message, 'EmbeddedPostgres'),
        })
      : undefined;
  const databaseUrl = options.database.url ?? embedded?.url ?? '';
  const app = await createApp(options, databaseUrl, logger).catch(async (error: unknown) => {
    await embedded?.stop();
    throw error;
  });
  const express: RequestListener = app.getHttpAdapter().getInstance();
  const lifeCycle = app.get(LifeCycle);
  const { report } = new ErrorLog(new Logger('Http'), String);
  const routes = app.get(RouteTables);
  const main = new HttpServer(mainListener(routes.main, express), report);
  const diagnostics = new HttpServer(diagnosticsListener(routes.diagnostics), report);

  const close = async (): Promise<void> => {
    lifeCycle.beginStop();
    await allInOrder([
      () => drain(main),
      () => lifeCycle.finishStop(),
      () => app.close(),
      () => embedded?.stop(),
      // Last, so that health and readiness are answered to the end.
      () => diagnostics.close(),
    ]);
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= close());

  try {
    const port = await main.listen(options.http);
    const diagnosticsPort = options.diag.enabled
      ? await diagnostics.listen(options.diag)
      : undefined;
    if (diagnosticsPort !== undefined) {
      logger.log(`Diagnostics listen on ${localUrl(options.diag.host, diagnosticsPort)}`, 'Http');
    }
    const url = localUrl(options.http.host, port);
    if (!options.http.loopbackOnly && options.http.cdnProxy.enabled) {
      logger.warn(
        'Configs with hashed lists of members leave this machine: whoever may read a config can test guesses against them.',
        'Http',
      );
    }
    logger.log(`Audience Sync listens on ${url}`, 'Http');
    return { port, url, started: lifeCycle.start(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createApp(
  options: Options,
  databaseUrl: string,
  logger: LoggerService,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(options, databaseUrl),
    { logger, bodyParser: false, abortOnError: false },
  );
  app.disable('x-powered-by');
  const unexpected = new ErrorLog(new Logger('Http'), (error) =>
    error instanceof AudienceSyncError ? error.message : describeDatabaseError(error),
  );
  app.useGlobalFilters(new ProblemFilter(unexpected.report));
  await app.init();
  return app;
}

async function drain(server: HttpServer): Promise<void> {
  const timer = setTimeout(() => server.abandon(), DRAIN_TIMEOUT_MS);
  await server.drain();
  clearTimeout(timer);
}

/** Each step, whatever became of the ones before it. Rejects with the first failure. */
async function allInOrder(steps: ReadonlyArray<() => Promise<void> | undefined>): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
