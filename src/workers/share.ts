import type { Options } from '../options/options.js';

/** Which one of how many workers, counted from 0. */
export interface Place {
  readonly index: number;
  readonly workers: number;
}

/**
 * The options of one worker: caps of the whole service are shared out among all of them, and
 * diagnostics are the primary's. `port` is the same for all, also where the options leave it open.
 */
export function shareOf(options: Options, place: Place, port: number): Options {
  const { http, diag, engage } = options;
  const { sse } = http;
  const streams = {
    maxConnections: part(sse.maxConnections, place),
    // Each worker counts its own, and connections go to them in turn: an address is refused near its
    // cap, never past it by more than one for each worker.
    maxConnectionsPerIp: Math.ceil(sse.maxConnectionsPerIp / place.workers),
  };
  const queue = { rows: part(engage.queue.rows, place), bytes: part(engage.queue.bytes, place) };
  return changed(options, {
    http: changed(http, { port, sse: changed(sse, streams) }),
    diag: changed(diag, { enabled: false }),
    engage: changed(engage, { queue: changed(engage.queue, queue) }),
  });
}

/** The parts of all workers make up the whole; each has at least one. */
function part(whole: number, { index, workers }: Place): number {
  const extra = index < whole % workers ? 1 : 0;
  return Math.max(1, Math.floor(whole / workers) + extra);
}

/** The options themselves are frozen. */
function changed<T extends object>(options: T, over: Partial<T>): T {
  const copy: T = Object.create(Object.getPrototypeOf(options));
  return Object.assign(copy, options, over);
}
