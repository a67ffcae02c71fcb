import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Hold } from './hold.js';

/** A body that can't be read; `statusCode` is what it is answered. */
export class BodyError extends Error {
  constructor(
    readonly statusCode: 400 | 413 | 415,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BodyError';
  }
}

/**
 * The bytes of a body as they are, inflated: signatures are checked on them. Empty where there is
 * none. `limit`: bytes, also of what a compressed body inflates to; `hold` is told of each as it
 * comes. When it rejects, Node throws the rest of the body away as it comes, so that the answer is
 * read also by those who read it last.
 * @throws BodyError, QueueFullError
 */
export async function readBody(
  request: IncomingMessage,
  { limit, hold }: { readonly limit: number; readonly hold: Hold },
): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > limit) throw tooLarge(limit);
    hold.expect(announced);
  }
  const source = inflated(request, encoding);
  try {
    return await collected(request, source, (size, count) => {
      if (size > limit) throw tooLarge(limit);
      hold.add(count);
    });
  } finally {
    if (source !== request) {
      request.unpipe();
      source.destroy();
    }
    request.resume();
  }
}

/** `onChunk` is told how many bytes came so far, and how many just now; what it throws ends it. */
function collected(
  request: IncomingMessage,
  source: Readable,
  onChunk: (size: number, count: number) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      try {
        onChunk(size, chunk.length);
        chunks.push(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const fail = (error: unknown): void => {
      source.off('data', take);
      // The request lives on while the rest of it comes; what came must not.
      chunks = [];
      reject(error instanceof Error ? error : new Error('the body could not be read'));
    };
    // Also of a request that came whole: what of it was not read yet is not read any more.
    const gone = (): void => {
      if (!request.readableEnded) fail(new BodyError(400, 'The body ended before its end.'));
    };
    if (request.destroyed) gone();
    request.on('error', gone).on('close', gone);
    if (source !== request) {
      source.on('error', (cause) => {
        fail(new BodyError(400, 'The body is not compressed as it says.', { cause }));
      });
    }
    source.on('data', take).on('end', () => {
      resolve(Buffer.concat(chunks));
      chunks = [];
    });
  });
}

function inflated(request: IncomingMessage, encoding: string): Readable {
  switch (encoding) {
    case 'identity':
      return request;
    case 'gzip':
      return request.pipe(createGunzip());
    case 'deflate':
      return request.pipe(createInflate());
    case 'br':
      return request.pipe(createBrotliDecompress());
    default:
      throw new BodyError(415, 'A body may be compressed with gzip, deflate or br.');
  }
}

function tooLarge(limit: number): BodyError {
  return new BodyError(413, `The body is over ${limit} bytes, which is http.max_body_size.`);
}
