import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ImportGivenUpError } from '../audiences/import.errors.js';
import type { ImportFormat } from '../audiences/import-lines.js';
import { InvalidInputError } from '../error.js';

const FORMATS: ReadonlyMap<string, ImportFormat> = new Map([
  ['application/x-ndjson', 'ndjson'],
  ['application/json', 'ndjson'],
  ['text/csv', 'csv'],
]);

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['identity', () => new PassThrough()],
  ['gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
]);

/** As body-parser's errors are told apart. */
class UnsupportedUploadError extends Error {
  readonly statusCode = 415;
}

/** What the header says of the lines. Throws what is answered with 415. */
export function formatOf({ headers }: IncomingMessage): ImportFormat {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const format = FORMATS.get(type.trim().toLowerCase());
  if (format === undefined) {
    throw new UnsupportedUploadError(
      `Say by Content-Type or ?format= what the lines are: ${[...FORMATS.keys()].join(', ')}.`,
    );
  }
  return format;
}

/**
 * The body of a request, inflated, as it comes: piece by piece, for it may be larger than memory.
 * Whoever has enough destroys it, and may still answer: what else comes is read to nowhere. Throws
 * what is answered with 415; the stream rejects with an AudienceSyncError where it is cut off or no
 * such compression.
 */
export function openUpload(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const decoder = DECODERS.get(encoding)?.();
  if (decoder === undefined) {
    throw new UnsupportedUploadError(
      `Content-Encoding may be ${[...DECODERS.keys()].join(', ')}, and no other.`,
    );
  }
  // It may fail before anybody reads it; whoever then does is told.
  decoder.on('error', () => {});
  // Not by pipeline(): destroying the request would take the connection away that the answer goes by.
  request.on('error', () => decoder.destroy(cutOff()));
  request.on('close', () => {
    if (!request.complete) decoder.destroy(cutOff());
  });
  // It may have ended while the audience was looked up: then neither is told any more.
  if (request.destroyed && !request.complete) decoder.destroy(cutOff());
  decoder.on('close', () => {
    request.unpipe(decoder);
    request.resume();
  });
  return request.pipe(decoder);
}

/** The error as it is told. */
export function uploadError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^(Z_|ERR__ERROR_|ERR_BROTLI|ERR_PADDING)/.test(code)) return error;
  return new InvalidInputError([
    { pointer: '', detail: 'is not compressed as Content-Encoding says, or not whole' },
  ]);
}

function cutOff(): ImportGivenUpError {
  return new ImportGivenUpError('The upload was cut off; nothing was imported.');
}
