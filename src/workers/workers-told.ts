import type { Metrics, MetricsText } from '../observability/metrics.js';
import type { Health, StatusDocument } from '../observability/status-document.js';
import { mergedStatus } from './merged-status.js';
import type { MetricsSum } from './metrics-sum.js';
import type { WorkerPool } from './worker-pool.js';

export interface WorkersToldParts {
  readonly pool: Pick<WorkerPool, 'ask' | 'restarts'>;
  readonly sum: MetricsSum;
  /** Of the primary itself. */
  readonly own: Metrics;
  /** How many workers there should be. */
  readonly count: number;
}

/** What the primary tells of all workers, each time it is asked. */
export class WorkersTold {
  private isStopping = false;

  constructor(private readonly parts: WorkersToldParts) {}

  /** For ever: the service ends. */
  drop(): void {
    this.isStopping = true;
  }

  /** For `/status`. */
  async read(): Promise<StatusDocument> {
    const { pool, count } = this.parts;
    const [answers, readiness] = await Promise.all([pool.ask('status'), pool.ask('readiness')]);
    const documents = answers.flatMap(({ value }) => value ?? []);
    const answering = documents.length;
    const ready = readiness.filter(({ value }) => value?.length === 0).length;
    return mergedStatus(documents, {
      status: healthOf({ count, answering, ready }),
      wanted: count,
      answering,
      restarts: pool.restarts,
    });
  }

  /** For `/metrics`. */
  async text(): Promise<MetricsText> {
    const { pool, sum, own } = this.parts;
    const present: (readonly object[])[] = [await own.values()];
    for (const { pid, value } of await pool.ask('metrics')) {
      if (value === undefined) continue;
      sum.heard(pid, value);
      present.push(value);
    }
    return sum.text(present);
  }

  /** For `/readyz`. */
  get missing(): Promise<readonly string[]> {
    return this.askWhatIsMissing();
  }

  private async askWhatIsMissing(): Promise<readonly string[]> {
    const { pool, count } = this.parts;
    const missing: string[] = this.isStopping ? ['shutting down'] : [];
    const answers = await pool.ask('readiness');
    if (answers.length < count) missing.push(`${count - answers.length} of ${count} workers`);
    for (const { index, value = ['an answer'] } of answers) {
      missing.push(...value.map((what) => `${what} (worker ${index + 1})`));
    }
    return missing;
  }
}

/** Of the workers, by how many there should be, answer, and have all that they need. */
function healthOf({ count, answering, ready }: Readonly<Record<string, number>>): Health {
  if (ready === count) return 'healthy';
  return answering === count && ready === 0 ? 'initializing' : 'degraded';
}
