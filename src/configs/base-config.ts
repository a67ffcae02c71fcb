import { createHash } from 'node:crypto';
import { parseConfig } from '../evaluation/config.js';
import type { ConfigJson } from '../evaluation/config-json.js';
import { InvalidConfigError } from '../evaluation/invalid-config-error.js';

/** A config JSON as its source gave it. */
export interface BaseConfig {
  readonly json: string;
  /** The source's own; undefined where it has none. */
  readonly etag: string | undefined;
  readonly config: ConfigJson;
}

/** @throws InvalidConfigError */
export function readBaseConfig(json: string, etag?: string): BaseConfig {
  return { json, etag, config: parseConfig(json) };
}

/**
 * The text of a config JSON. A byte order mark before it is left out: editors put it there, and the
 * SDKs' JSON parsers choke on it. What is no UTF-8 is refused, since its bytes could not be kept.
 * @throws InvalidConfigError
 */
export function configText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InvalidConfigError('$', 'this is no UTF-8', { cause });
  }
}

/** Equal for equal bytes under an equal tag, on every replica. */
export function contentOf({ json, etag }: Pick<BaseConfig, 'json' | 'etag'>): string {
  const hash = createHash('sha256')
    .update(etag ?? '')
    .update('\0')
    .update(json);
  return hash.digest('hex').slice(0, 32);
}
