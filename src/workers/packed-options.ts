import { deserialize, serialize } from 'node:v8';
import { deepFreeze } from '../options/deep-freeze.js';
import type { Options } from '../options/options.js';

/** Options as text that another process of the same program unpacks; with all secrets. */
export function packOptions(options: Options): string {
  return serialize(options).toString('base64');
}

/** The options again, without their classes, and frozen. */
export function unpackOptions(packed: string): Options {
  const options: Options = deserialize(Buffer.from(packed, 'base64'));
  return deepFreeze(options);
}
