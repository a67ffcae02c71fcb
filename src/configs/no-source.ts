import type { ConfigSource, SourceConfig } from './config-source.js';
import type { SourceStatus } from './source-status.js';

/** An SDK id that serves only segments and audience flags. */
export class NoSource implements ConfigSource {
  readonly firstLook = Promise.resolve();
  readonly status: SourceStatus = {
    mode: 'offline',
    type: 'none',
    status: 'healthy',
    records: [],
    fetchedAt: undefined,
  };
  readonly wanted = undefined;

  offer(): void {}

  start(onConfig: (config: SourceConfig) => void): void {
    onConfig({ base: undefined });
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
