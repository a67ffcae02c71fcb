import cluster from 'node:cluster';
import process from 'node:process';
import { ServiceLogger } from './observability/service-logger.js';
import type { Options } from './options/options.js';
import { serve } from './service.js';
import { Channel } from './workers/channel.js';
import { shareOf } from './workers/share.js';

/** The primary answers at once, but on a machine that starts many of us. */
const ORDER_TIMEOUT_MS = 30_000;

/**
 * One of `http.workers`: the whole service with its own index, on the port that all share. It ends
 * when the primary says so, or is gone.
 */
export async function runWorker(options: Options): Promise<void> {
  const channel = new Channel({
    // Without a callback, a message to a primary that just died would be an error event.
    send: (message) => void process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) => void process.on('message', listener),
  });
  const stopping = new Promise<void>((resolve) => {
    channel.on('stop', resolve);
    process.on('SIGTERM', resolve);
    // A terminal sends it to us, too: the primary got it, and tells us.
    process.on('SIGINT', () => {});
    cluster.worker?.on('disconnect', () => {
      // Node would end us in the middle of our requests. New ones can't come: the port was its.
      if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
      resolve();
    });
  });
  const order = await channel.ask('order', ORDER_TIMEOUT_MS);
  const logger = new ServiceLogger(options.log.level);
  const service = await serve(
    shareOf(options, order.place, order.port),
    // The primary's, which ends it after us.
    { url: order.databaseUrl, instancePid: order.instancePid, stop: () => Promise.resolve() },
    logger,
  );
  const { status, metrics, readiness } = service.told;
  if (options.diag.enabled && options.diag.metrics.enabled) metrics.watchProcess();
  channel.answer('status', () => status.own());
  channel.answer('metrics', () => metrics.values());
  channel.answer('readiness', () => readiness.missing);
  status.readFrom(() => channel.ask('status'));
  channel.tell('listening');
  void service.started.then(() => channel.tell('started'));
  await Promise.race([stopping, service.started.then(() => stopping)]);
  await service.stop();
}
