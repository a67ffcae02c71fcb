import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { Hold } from './hold.js';
import { launch, type Launch } from './launch.js';
import { findPostmaster } from './postmaster-file.js';

/** A server that is ready, and our hold on it. */
export interface HeldServer {
  readonly hold: Hold;
  readonly pid: number;
  readonly port: number;
  readonly adopted: boolean;
}

export type Log = (message: string) => void;

export interface LaunchTerms {
  /** To be started on; without it any free one. One that runs may have another. */
  readonly port?: number;
  /** Gives up: rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Crash recovery replays up to max_wal_size; five minutes are many times what that takes. */
const patience = 5 * 60_000;
/** How long backends of a dead server may keep its memory before that is an error. */
const takenPatience = 60_000;
const maxLaunches = 5;

/**
 * Takes hold of the cluster's server: the one that runs (waiting while it starts, recovers or
 * stops), else one started now. There is no lock of ours that could go stale: of two that start at
 * once PostgreSQL lets one live, and the other finds that one at its next look.
 * @throws EmbeddedPostgresError `start_failed`, `password_refused`
 */
export async function findOrLaunch(
  cluster: Cluster,
  log: Log,
  { port: wantedPort, signal }: LaunchTerms = {},
): Promise<HeldServer> {
  const started = Date.now();
  let nextNotice = started + 5_000;
  let launches = 0;
  let launched: Launch | undefined;

  while (Date.now() - started < patience) {
    signal?.throwIfAborted();
    const postmaster = await findPostmaster(cluster.paths);
    if (postmaster?.status === 'ready') {
      const hold = await Hold.take(cluster, postmaster.port);
      if (hold !== undefined) {
        const { pid, port } = postmaster;
        return { hold, pid, port, adopted: pid !== launched?.pid };
      }
    }
    if (postmaster === undefined) {
      const failure = await launched?.failure();
      if (failure?.kind === 'other' || launches > maxLaunches) {
        throw startFailed(cluster, failure?.detail ?? 'it ended several times');
      }
      if (failure?.kind === 'taken' && Date.now() - started > takenPatience) {
        throw startFailed(cluster, failure.detail);
      }
      if (launched === undefined || failure !== undefined) {
        // A cluster that is taken is not a failed attempt: its holder is about to end or to start.
        launches += failure?.kind === 'taken' ? 0 : 1;
        launched = await launch(cluster, wantedPort);
      }
    }
    if (Date.now() > nextNotice) {
      log(
        `Waiting for PostgreSQL in ${cluster.paths.cluster} (${postmaster?.status ?? 'starting'})`,
      );
      nextNotice += 10_000;
    }
    await delay(25);
  }
  throw startFailed(cluster, `it was not ready within ${patience / 1_000} s`);
}

function startFailed(cluster: Cluster, detail: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'start_failed',
    `The embedded PostgreSQL in ${cluster.paths.cluster} did not start: ${detail} ` +
      `(more in ${cluster.paths.log})`,
  );
}
