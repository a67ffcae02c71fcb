import type { BaseConfig } from './base-config.js';
import type { SourceStatus } from './source-status.js';

/** What a source has given last; undefined base: this SDK id has no config of its own. */
export interface SourceConfig {
  readonly base: BaseConfig | undefined;
}

/** Where the base config of an SDK id comes from. */
export interface ConfigSource {
  /** Resolves when the source was asked once, with whatever result. */
  readonly firstLook: Promise<void>;
  /** As it is now. */
  readonly status: SourceStatus;
  /** Reports every config that is good and new. A bad one is logged, and the last good one stays. */
  start(onConfig: (config: SourceConfig) => void): void;
  /** Looks now. Rejects with the reason when there is nothing good; the last good one stays then too. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}
