import type { IncomingMessage } from 'node:http';
import { AudienceSyncError } from '../error.js';
import { sendText, type GroupedResponse } from './response.js';

/** Of the bodies of the API: a key and a user. */
const MAX_BODY_BYTES = 1_048_576;

export class BodyTooLargeError extends AudienceSyncError {
  readonly code = 'body_too_large';
}

/** The whole body. Rejects with BodyTooLargeError, or when the client goes away. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        request.pause();
        reject(new BodyTooLargeError(`The body is larger than ${MAX_BODY_BYTES} bytes.`));
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => resolve(whole(chunks, size)));
    // After each end, too, where an error would be for nothing: its stack costs 2 µs, a tenth of the
    // request. A broken connection is an 'error' only where somebody listens for it.
    request.on('close', () => {
      if (!request.readableEnded) reject(new Error('the client closed the connection'));
    });
  });
}

function whole(chunks: readonly Buffer[], size: number): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, size);
}

/** Answers where `readBody` rejected; nobody where the client is gone. */
export function refuseBody(response: GroupedResponse, error: unknown): void {
  if (error instanceof BodyTooLargeError) {
    sendText(response, 413, error.message, ['Connection', 'close']);
  }
}
