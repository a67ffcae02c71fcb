import { hash } from 'node:crypto';

/** Of the hash; as many as the ETag of a config. */
const ID_LENGTH = 16;

/**
 * One message of a stream, made once for all connections that it goes to.
 *
 * Its id is a hash of its data. So it is the same on every replica, and a client that comes back
 * with the id of what is so still has to be told nothing.
 */
export class Frame {
  /** As one chunk of a chunked HTTP body. */
  readonly chunk: Buffer;
  /** As an HTTP/1.0 client reads it, to the end of the connection. */
  readonly plain: Buffer;

  constructor(
    json: string,
    readonly id: string = frameId(json),
  ) {
    this.chunk = chunkOf(`id: ${id}\ndata: ${json}\n\n`);
    this.plain = contentOf(this.chunk);
  }
}

export function frameId(json: string): string {
  return hash('sha256', json, 'hex').slice(0, ID_LENGTH);
}

/** Text as one chunk of a chunked HTTP body. */
export function chunkOf(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

/** What a chunk holds: the same memory. */
export function contentOf(chunk: Buffer): Buffer {
  return chunk.subarray(chunk.indexOf('\r\n') + 2, -2);
}
