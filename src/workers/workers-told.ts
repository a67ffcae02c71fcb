import type { Metrics, MetricsText } from '../observability/metrics.js';
import type { StatusDocument } from '../observability/status-document.js';
import { mergedStatus } from './merged-status.js';
import type { MetricsSum } from './metrics-sum.js';
import type { WorkerPool } from './worker-pool.js';

export interface WorkersToldParts {
  readonly pool: WorkerPool;
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
    const documents = (await pool.ask('status')).flatMap(({ value }) => value ?? []);
    const answering = documents.length;
    return mergedStatus(documents, {
      status: answering === count ? 'healthy' : 'degraded',
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
