import cluster from 'node:cluster';
import process from 'node:process';
import { allInOrder } from './all-in-order.js';
import { announce } from './announce.js';
import { diagnosticsListener } from './http-listeners.js';
import { localUrl } from './local-url.js';
import { ErrorLog } from './observability/error-log.js';
import { Metrics } from './observability/metrics.js';
import { ServiceLogger } from './observability/service-logger.js';
import type { Options } from './options/options.js';
import { diagnosticsTable } from './proxy/diagnostics-table.js';
import { Certificates } from './proxy/certificates.js';
import { HealthController } from './proxy/health.controller.js';
import { MetricsController } from './proxy/metrics.controller.js';
import { HttpServer } from './proxy/servers.js';
import { StatusController } from './proxy/status.controller.js';
import type { RunningService } from './service.js';
import { openDatabase } from './service-database.js';
import { freePort } from './workers/free-port.js';
import { closeLostHandoffs } from './workers/handoffs.js';
import { MetricsSum } from './workers/metrics-sum.js';
import type { Order } from './workers/order.js';
import { packOptions } from './workers/packed-options.js';
import { WorkerPool } from './workers/worker-pool.js';
import { WorkersTold } from './workers/workers-told.js';

/**
 * `http.workers` processes that serve, and this one: it has the embedded PostgreSQL, replaces
 * workers that die, and answers diagnostics for all of them.
 */
export async function startPrimary(options: Options): Promise<RunningService> {
  const { http, diag, tls, log } = options;
  const { workers: count, host } = http;
  const logger = new ServiceLogger(log.level);
  const database = await openDatabase(options, logger);
  let { port } = http;
  // For workers that start when the files can't be used.
  let certificates: Certificates | undefined;
  const packed = packOptions(options);
  const sum = new MetricsSum();
  const pool = new WorkerPool({
    count,
    fork: () => {
      const worker = cluster.fork();
      closeLostHandoffs(worker);
      return worker;
    },
    orderFor: (index): Order => ({
      place: { index, workers: count },
      port,
      options: packed,
      certificates: certificates?.pems ?? [],
      databaseUrl: database.url,
      instancePid: process.pid,
    }),
    serve: (channel) => channel.answer('status', () => told.read()),
    log: (message) => logger.warn(message, 'Workers'),
    onEnd: (pid) => void sum.gone(pid),
  });
  const own = new Metrics();
  const told = new WorkersTold({ pool, sum, own, count });
  own.gauge(
    {
      name: 'audience_sync_workers',
      help: 'Processes that serve, as options have it.',
      over: 'sum',
    },
    () => [{ value: count }],
  );
  own.counter(
    { name: 'audience_sync_worker_restarts_total', help: 'Workers that were replaced.' },
    () => [{ value: pool.restarts }],
  );
  const { report } = new ErrorLog({ error: (line) => logger.error(line, 'Http') }, String);
  const controllers = {
    status: new StatusController(told),
    metrics: new MetricsController(told),
    health: new HealthController(told),
  };
  const diagnostics = new HttpServer(
    diagnosticsListener(diagnosticsTable(controllers, diag, report)),
    report,
  );

  const close = async (): Promise<void> => {
    told.drop();
    await allInOrder([
      () => pool.stop(),
      () => certificates?.stop(),
      // Workers were connected to it to their end.
      () => database.stop(),
      () => diagnostics.close(),
    ]);
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= close());

  try {
    if (port === 0) port = await freePort(host);
    if (tls.enabled) {
      // What is wrong with them is told by the workers.
      certificates = new Certificates(tls, { onError: () => {} });
      certificates.start();
    }
    await pool.start();
    const diagnosticsUrl = diag.enabled
      ? localUrl({ host: diag.host, port: await diagnostics.listen(diag) })
      : undefined;
    if (diagnosticsUrl !== undefined) {
      if (diag.metrics.enabled) own.watchProcess();
      logger.log(`Diagnostics listen on ${diagnosticsUrl}`, 'Http');
    }
    const url = localUrl({ host, port, isSecure: tls.enabled });
    announce(options, url);
    return { port, url, diagnosticsUrl, started: pool.started, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
