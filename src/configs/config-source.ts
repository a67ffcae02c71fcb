import type { BaseConfig } from './base-config.js';
import type { SourceStatus } from './source-status.js';
import type { StoredConfig, WantedConfig } from './stored-configs.js';

/** What a source has given last; undefined base: this SDK id has no config of its own. */
export interface SourceConfig {
  readonly base: BaseConfig | undefined;
}

/** Where the base config of an SDK id comes from. */
export interface ConfigSource {
  /** Resolves when there is something to serve, or the source was asked once in vain. */
  readonly firstLook: Promise<void>;
  /** As it is now. */
  readonly status: SourceStatus;
  /** What it would take of what replicas have stored; undefined: nothing. */
  readonly wanted: WantedConfig | undefined;
  /** Takes what is stored, where that is newer than what it has. */
  offer(stored: StoredConfig): void;
  /** Reports every config that is good and new. A bad one is logged, and the last good one stays. */
  start(onConfig: (config: SourceConfig) => void): void;
  /**
   * Asks the source now, whoever polls; callers at one time share one look. Rejects with a reason fit
   * for an HTTP answer when there is nothing good; the last good one stays then, too.
   */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}
