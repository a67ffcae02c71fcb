import cluster from 'node:cluster';
import process from 'node:process';
import { ServiceLogger } from './observability/service-logger.js';
import { prepare } from './service.js';
import { Channel } from './workers/channel.js';
import { unpackOptions } from './workers/packed-options.js';
import { shareOf } from './workers/share.js';
import { untilReady } from './workers/until-ready.js';

/** The primary answers at once, but on a machine that starts many of us. */
const ORDER_TIMEOUT_MS = 30_000;

/**
 * One of `http.workers`: the whole service with its own index, on the port that all share. It ends
 * when the primary says so, or is gone. One that takes another's place waits with its share of the
 * connections until it can answer them, as long as others do.
 */
export async function runWorker(): Promise<void> {
  const channel = new Channel({
    // Without a callback, a message to a primary that just died would be an error event.
    send: (message) => void process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) => void process.on('message', listener),
  });
  const stopping = stopOrder(channel);
  const joining = new Promise<void>((resolve) => channel.on('join', resolve));
  const order = await channel.ask('order', ORDER_TIMEOUT_MS);
  const options = unpackOptions(order.options);
  const service = await prepare(
    shareOf(options, order.place, order.port),
    // The primary's, which ends it after us.
    { url: order.databaseUrl, instancePid: order.instancePid, stop: () => Promise.resolve() },
    new ServiceLogger(options.log.level),
    order.certificates,
  );
  const { status, metrics, readiness } = service.told;
  if (options.diag.enabled && options.diag.metrics.enabled) metrics.watchProcess();
  channel.answer('status', () => status.own());
  channel.answer('metrics', () => metrics.values());
  channel.answer('readiness', () => readiness.missing);
  status.readFrom(() => channel.ask('status'));

  const over = new AbortController();
  void stopping.then(() => over.abort());
  try {
    if (await channel.ask('othersServe', ORDER_TIMEOUT_MS)) {
      const failing = service.start().then(() => joining);
      await Promise.race([untilReady(readiness, over.signal), joining, failing]);
    }
    if (!over.signal.aborted) {
      await service.listen();
      channel.tell('listening');
      const started = service.start();
      void started.then(() => channel.tell('started')).catch(() => {});
      await Promise.race([stopping, started.then(() => stopping)]);
    }
  } finally {
    over.abort();
    await service.stop();
  }
}

/** Resolves when the primary says so, or is gone, or somebody else ends this process. */
function stopOrder(channel: Channel): Promise<void> {
  return new Promise<void>((resolve) => {
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
}
