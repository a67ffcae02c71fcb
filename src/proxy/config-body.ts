import type { ServedConfig } from '../configs/served-config.js';
import { chooseEncoding, type Encoding } from './content-encoding.js';

/** The bytes of a config as a client takes them. */
export interface ConfigBody {
  readonly encoding: Encoding | undefined;
  readonly bytes: Buffer;
}

/** What `Accept-Encoding` asks for, of the encodings that the version has by now. */
export function configBody(served: ServedConfig, accepted: string | undefined): ConfigBody {
  const { body, gzip, brotli } = served;
  const plain = { encoding: undefined, bytes: body };
  if (gzip === undefined) return plain;
  const encoding = chooseEncoding(accepted, brotli === undefined ? ['gzip'] : ['br', 'gzip']);
  if (encoding === undefined) return plain;
  return { encoding, bytes: encoding === 'br' && brotli !== undefined ? brotli : gzip };
}
