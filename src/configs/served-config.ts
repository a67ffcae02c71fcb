import { createHash } from 'node:crypto';

/** What the CDN serves of one SDK id: one immutable version. */
export interface ServedConfig {
  readonly etag: string;
  readonly body: Buffer;
}

/** The ETag names the bytes, so replicas with the same content answer the same. */
export function servedConfig(json: string, etag?: string): ServedConfig {
  const body = Buffer.from(json);
  return { body, etag: etag ?? contentTag(body) };
}

function contentTag(body: Buffer): string {
  return `W/"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
}
