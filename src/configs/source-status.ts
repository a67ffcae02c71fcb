/** Where what is served came from; `cache`: from PostgreSQL, where this or another replica had stored it. */
export type SourceType = 'file' | 'remote' | 'cache' | 'none';

/** `down`: nothing good has come since the start. `degraded`: what comes now is bad, what came before is served. */
export type SourceHealth = 'healthy' | 'degraded' | 'initializing' | 'down';

/** What `/status` tells of one SDK id's source (contracts/proxy.md, 7). */
export interface SourceStatus {
  /** An SDK id without a source of its own is offline: it asks nobody. */
  readonly mode: 'online' | 'offline';
  readonly type: SourceType;
  readonly status: SourceHealth;
  /** At most five, oldest first: `<RFC1123>: [ok|error] message`. Without keys and URLs. */
  readonly records: readonly string[];
  /** When what is served was fetched, or confirmed as unchanged, by whichever replica; undefined: nothing is served. */
  readonly fetchedAt: Date | undefined;
}
