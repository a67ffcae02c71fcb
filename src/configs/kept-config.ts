import { contentOf, readBaseConfig, type BaseConfig } from './base-config.js';
import type { StoredConfig } from './stored-configs.js';

/** The last good config of a source, with its age. */
export interface KeptConfig {
  readonly base: BaseConfig;
  readonly content: string;
  /** When it was fetched, or confirmed as unchanged; on the clock of performance.now(). */
  readonly at: number;
  /** It came by way of PostgreSQL. */
  readonly isStored: boolean;
}

/** Fresh from its source. */
export function fetched(base: BaseConfig, at: number): KeptConfig {
  return { base, content: contentOf(base), at, isStored: false };
}

/**
 * The newer of what is kept and what is stored. What is stored and equal tells how lately somebody
 * saw it.
 * @throws InvalidConfigError when the stored one is none of this version's.
 */
export function newer(
  kept: KeptConfig | undefined,
  stored: StoredConfig,
  now: number,
): KeptConfig | undefined {
  const at = now - stored.age;
  if (kept !== undefined && kept.at >= at) {
    return kept;
  }
  if (kept?.content === stored.content) {
    return { ...kept, at };
  }
  const { json, etag, content } = stored;
  // Left out because it was known when it was asked for: what is kept has changed meanwhile.
  if (json === undefined) return kept;
  return { base: readBaseConfig(json, etag), content, at, isStored: true };
}

/** On the calendar's clock. */
export function fetchedAt(kept: KeptConfig | undefined): Date | undefined {
  return kept && new Date(Date.now() - (performance.now() - kept.at));
}
