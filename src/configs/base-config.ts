import { parseConfig } from '../evaluation/config.js';
import type { ConfigJson } from '../evaluation/config-json.js';

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
