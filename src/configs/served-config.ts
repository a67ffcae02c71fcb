import { createHash } from 'node:crypto';
import { brotliCompressed, gzipped } from './compressed.js';

/**
 * What the CDN serves of one SDK id: one immutable version, in each encoding the same content under
 * the same ETag.
 */
export interface ServedConfig {
  readonly etag: string;
  /** As it is, without an encoding. */
  readonly body: Buffer;
  /** Undefined where it gains nothing, and until it is made. */
  readonly gzip: Buffer | undefined;
  readonly brotli: Buffer | undefined;
}

/** The ETag names the bytes, so replicas with the same content answer the same. Without encodings yet. */
export function servedConfig(json: string, etag?: string): ServedConfig {
  const body = Buffer.from(json);
  return { body, etag: etag ?? contentTag(body), gzip: undefined, brotli: undefined };
}

export async function withGzip(served: ServedConfig): Promise<ServedConfig> {
  return { ...served, gzip: await gzipped(served.body) };
}

export async function withBrotli(served: ServedConfig): Promise<ServedConfig> {
  return { ...served, brotli: await brotliCompressed(served.body) };
}

function contentTag(body: Buffer): string {
  return `W/"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
}
