import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import type { Log } from './find-or-launch.js';
import { Hold } from './hold.js';
import { findPostmaster, type Postmaster } from './postmaster-file.js';
import { isServerOf } from './process-identity.js';
import { runProgram } from './program.js';

/** A fast shutdown writes one checkpoint; past this the server is left to end by itself. */
const patience = 60_000;
/** A server that recovers just now may be stopped once it answers; a longer recovery goes on. */
const retakePatience = 10_000;

/**
 * Stops the cluster's server unless another instance uses it, and waits for its end. Never rejects:
 * whatever hinders it is logged, for a server left behind is adopted by the next start.
 */
export async function stopServer(cluster: Cluster, held: Hold, log: Log): Promise<void> {
  let hold: Hold | undefined = held;
  try {
    if (held.lost) {
      hold = await retake(cluster);
    }
    if (hold !== undefined && !(await hold.takeAlone())) {
      log(`Another instance uses PostgreSQL in ${cluster.paths.cluster}: it goes on`);
      return;
    }
    const postmaster = await findPostmaster(cluster.paths);
    if (hold !== undefined && postmaster !== undefined) {
      await shutDown(cluster, postmaster, log);
    } else if (postmaster !== undefined) {
      log(`PostgreSQL in ${cluster.paths.cluster} still recovers: it goes on`);
    }
  } catch (error) {
    log(`PostgreSQL in ${cluster.paths.cluster} was left running: ${String(error)}`);
  } finally {
    await held.release();
    await hold?.release();
  }
}

/** A new hold, for one that broke when the server restarted after a crash of a backend. */
async function retake(cluster: Cluster): Promise<Hold | undefined> {
  const started = Date.now();
  while (Date.now() - started < retakePatience) {
    const postmaster = await findPostmaster(cluster.paths);
    if (postmaster === undefined) {
      return undefined;
    }
    const hold = await Hold.take(cluster, postmaster.port);
    if (hold !== undefined) {
      return hold;
    }
    await delay(50);
  }
  return undefined;
}

async function shutDown(cluster: Cluster, { pid }: Postmaster, log: Log): Promise<void> {
  if (process.platform === 'win32') {
    // A signal is a kill there.
    const file = join(dirname(cluster.binaries.postgres), 'pg_ctl.exe');
    await runProgram({ file, args: ['stop', '-D', cluster.paths.cluster, '-m', 'fast'] });
    return;
  }
  process.kill(pid, 'SIGINT');
  const started = Date.now();
  while (await isServerOf(pid, cluster.paths.cluster)) {
    if (Date.now() - started > patience) {
      log(`PostgreSQL in ${cluster.paths.cluster} is still shutting down; the next start waits`);
      return;
    }
    await delay(20);
  }
}
