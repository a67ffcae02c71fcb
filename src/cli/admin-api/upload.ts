import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { AudienceSyncError } from '../../error.js';
import type { AdminClient, Call } from './admin-client.js';
import { readAnswer } from './admin-client.js';
import { noAnswer } from './no-answer.js';
import type { Guard } from './shape.js';

export interface Upload extends Pick<Call, 'path' | 'query'> {
  readonly headers: Readonly<Record<string, string>>;
  /** From where the bytes come to what is sent; nothing of it is held. */
  readonly body: readonly [Readable, ...NodeJS.ReadWriteStream[]];
}

/**
 * POSTs a body of any size, and waits for the answer as long as it takes. fetch would give up five
 * minutes after the last byte, and hides an answer that comes before it.
 *
 * @throws ProblemError, UnreachableError, FailedError, and what the body's stream throws
 */
export async function upload<Answer>(
  client: AdminClient,
  call: Upload,
  isAnswer: Guard<Answer>,
): Promise<Answer> {
  const { headers, body } = call;
  const url = client.url(call);
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, authorization: client.authorization },
  };
  const request =
    url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
  });
  let bodyError: unknown;
  const [source] = body;
  source.on('error', (error) => (bodyError = error));
  // A refusal may come, and the connection end, while the rest is still being sent.
  const sent = pipeline([...body, request]).catch(() => undefined);
  try {
    const response = await answered;
    const answer = await text(response);
    request.destroy();
    await sent;
    const { statusCode: status = 0 } = response;
    return readAnswer(
      {
        status,
        location: response.headers.location ?? null,
        text: answer,
      },
      isAnswer,
    );
  } catch (error) {
    if (bodyError !== undefined) throw bodyError;
    if (error instanceof AudienceSyncError) throw error;
    throw noAnswer(client.base, error);
  }
}
