import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import type { Receiver } from '../ingest/sender.js';
import { ServiceProcess } from '../service-process.js';

export const TOKEN = 'bench';

/** Some services over one PostgreSQL of their own. */
export class Replicas {
  private constructor(
    private readonly directory: string,
    private readonly postgres: { readonly url: string; stop(): Promise<void> },
    readonly services: readonly ServiceProcess[],
  ) {}

  static async start(count: number): Promise<Replicas> {
    const directory = await mkdtemp(join(tmpdir(), 'audience-sync-bench-'));
    const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'pg'), log: () => {} });
    const services: ServiceProcess[] = [];
    for (let n = 0; n < count; n += 1) {
      services.push(
        await ServiceProcess.start(directory, {
          database: { url: postgres.url },
          engage: { destinations: { bench: { token: TOKEN } } },
          segments: { delivery: 'attribute' },
        }),
      );
    }
    return new Replicas(directory, postgres, services);
  }

  get databaseUrl(): string {
    return this.postgres.url;
  }

  service(index: number): ServiceProcess {
    const service = this.services[index];
    if (service === undefined) throw new Error(`there is no service ${index}`);
    return service;
  }

  /** Where a service takes events. */
  receiver(index: number, expected: string): Receiver {
    const port = Number(new URL(this.service(index).base).port);
    return { port, path: '/engage/bench/events', token: TOKEN, expected };
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    await this.postgres.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
