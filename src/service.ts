import { Logger, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { RequestListener } from 'node:http';
import { serveAdminPages } from './admin-pages.js';
import { allInOrder } from './all-in-order.js';
import { announce } from './announce.js';
import { AppModule } from './app.module.js';
import { describeDatabaseError } from './database/sql-state.js';
import { AudienceSyncError } from './error.js';
import { diagnosticsListener, isUpload, mainListener } from './http-listeners.js';
import { LifeCycle } from './life-cycle.js';
import { localUrl } from './local-url.js';
import { LoopRegistry } from './loop.js';
import { ErrorLog } from './observability/error-log.js';
import { Metrics } from './observability/metrics.js';
import { Readiness } from './observability/readiness.js';
import { Requests } from './observability/requests.js';
import { ServiceLogger } from './observability/service-logger.js';
import { Status } from './observability/status.js';
import type { Options } from './options/options.js';
import { ProblemFilter } from './problem.filter.js';
import type { PemPair } from './proxy/certificate-pair.js';
import { Certificates } from './proxy/certificates.js';
import { RouteTables } from './proxy/route-tables.js';
import { HttpServer } from './proxy/servers.js';
import { openDatabase, type ServiceDatabase } from './service-database.js';

/** Requests under way get so long at shutdown. */
const DRAIN_TIMEOUT_MS = 10_000;

export interface RunningService {
  readonly port: number;
  /** Of the main server, as this machine reaches it. */
  readonly url: string;
  /** The same of the diagnostics server; undefined: it is off. */
  readonly diagnosticsUrl: string | undefined;
  /** Resolves when everything runs; rejects on what waiting does not mend. */
  readonly started: Promise<void>;
  /** Idempotent; resolves when what was accepted is committed and everything has ended. */
  stop(): Promise<void>;
}

/** What this process tells of itself. */
export interface Told {
  readonly status: Status;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}

export type Listening = Pick<RunningService, 'port' | 'url' | 'diagnosticsUrl'>;

/** A service whose rooms are made, and that does nothing yet. */
export interface PreparedService {
  readonly told: Told;
  /** Opens its servers. @throws what is wrong with the options' surroundings */
  listen(): Promise<Listening>;
  /** Begins to work; see `RunningService.started`. May be called again. */
  start(): Promise<void>;
  /** As `RunningService` does, whatever was begun. */
  stop(): Promise<void>;
}

/** The whole service in this process: database, app, servers. */
export async function startService(options: Options): Promise<RunningService> {
  const logger = new ServiceLogger(options.log.level);
  const database = await openDatabase(options, logger);
  const service = await prepare(options, database, logger);
  try {
    const listening = await service.listen();
    if (options.diag.enabled && options.diag.metrics.enabled) service.told.metrics.watchProcess();
    const started = service.start();
    announce(options, listening.url);
    return { ...listening, started, stop: () => service.stop() };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/**
 * App and servers, over a database that ends with them. `known` are certificates that another
 * process read. @throws what is wrong with the options' surroundings
 */
export async function prepare(
  options: Options,
  database: ServiceDatabase,
  logger: LoggerService,
  known: readonly PemPair[] = [],
): Promise<PreparedService> {
  Logger.overrideLogger(logger);
  const app = await createApp(options, database, logger).catch(async (error: unknown) => {
    await database.stop();
    throw error;
  });
  const httpLogger = new ServiceLogger(options.http.log.level);
  const { report } = new ErrorLog({ error: (line) => httpLogger.error(line, 'Http') }, String);
  const lifeCycle = app.get(LifeCycle);
  const routes = app.get(RouteTables);
  const express: RequestListener = app.getHttpAdapter().getInstance();
  let certificates: Certificates | undefined;
  let main: HttpServer | undefined;
  const diagnostics = new HttpServer(diagnosticsListener(routes.diagnostics), report);

  const listen = async (): Promise<Listening> => {
    if (options.tls.enabled) {
      certificates = new Certificates(options.tls, {
        onError: report,
        onWarning: (warning) => httpLogger.warn(warning, 'Http'),
        known,
        loops: app.get(LoopRegistry),
      });
    }
    const listener = mainListener(
      routes.main,
      { express, isAdminOn: options.admin.tokens.length > 0 },
      app.get(Requests).answered,
    );
    main = new HttpServer(listener, report, {
      isUpload,
      certificates,
    });
    const { host } = options.http;
    const port = await main.listen(options.http);
    certificates?.start();
    const diagnosticsUrl = options.diag.enabled
      ? localUrl({ host: options.diag.host, port: await diagnostics.listen(options.diag) })
      : undefined;
    if (diagnosticsUrl !== undefined) logger.log(`Diagnostics listen on ${diagnosticsUrl}`, 'Http');
    const url = localUrl({ host, port, isSecure: options.tls.enabled });
    return { port, url, diagnosticsUrl };
  };
  const close = async (): Promise<void> => {
    lifeCycle.beginStop();
    await allInOrder([
      () => (main === undefined ? undefined : drain(main)),
      () => certificates?.stop(),
      () => lifeCycle.finishStop(),
      () => app.close(),
      () => database.stop(),
      // Last, so that health and readiness are answered to the end.
      () => diagnostics.close(),
    ]);
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= close());
  const told = {
    status: app.get(Status),
    metrics: app.get(Metrics),
    readiness: app.get(Readiness),
  };
  return { told, listen, start: () => lifeCycle.start(), stop };
}

async function createApp(
  options: Options,
  database: ServiceDatabase,
  logger: LoggerService,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(options, database),
    { logger, bodyParser: false, abortOnError: false },
  );
  app.disable('x-powered-by');
  const unexpected = new ErrorLog(new Logger('Http'), (error) =>
    error instanceof AudienceSyncError ? error.message : describeDatabaseError(error),
  );
  app.useGlobalFilters(new ProblemFilter(unexpected.report));
  if (options.admin.tokens.length > 0) serveAdminPages(app);
  await app.init();
  return app;
}

async function drain(server: HttpServer): Promise<void> {
  const timer = setTimeout(() => server.abandon(), DRAIN_TIMEOUT_MS);
  await server.drain();
  clearTimeout(timer);
}
