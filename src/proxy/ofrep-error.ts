import { AudienceSyncError } from '../error.js';
import { FlagNotFoundError } from '../evaluation/flag-not-found-error.js';
import { jsonText } from '../evaluation/json-text.js';
import { BadRequestError } from './evaluation-request.js';
import { flagNotFound } from './flag-not-found.js';
import type { LookupFailure } from './lookup-failure.js';
import { BodyTooLargeError } from './request-body.js';

/** What OpenFeature calls what went wrong. */
export type OfrepErrorCode = 'FLAG_NOT_FOUND' | 'GENERAL' | 'INVALID_CONTEXT';

interface OfrepFailure {
  readonly status: number;
  /** Undefined: our own trouble, which says nothing of the flag either. */
  readonly errorCode: OfrepErrorCode | undefined;
}

/** An answer that is no evaluation. The message goes to the client. */
export class OfrepError extends AudienceSyncError {
  readonly code = 'ofrep';

  constructor(
    message: string,
    private readonly failure: OfrepFailure,
  ) {
    super(message);
  }

  static ofLookup({ status, message }: LookupFailure): OfrepError {
    return status === 500
      ? new OfrepError(message, { status, errorCode: undefined })
      : new OfrepError(message, { status: 400, errorCode: 'GENERAL' });
  }

  /** Undefined: it is none of the client's doing, and no client is waiting for its words. */
  static of(error: unknown): OfrepError | undefined {
    if (error instanceof OfrepError) return error;
    if (error instanceof BadRequestError) {
      const message = `failed to parse JSON body: ${error.message}`;
      return new OfrepError(message, { status: 400, errorCode: 'INVALID_CONTEXT' });
    }
    if (error instanceof FlagNotFoundError) {
      const failure = { status: 404, errorCode: 'FLAG_NOT_FOUND' } as const;
      return new OfrepError(flagNotFound(error.key), failure);
    }
    if (error instanceof BodyTooLargeError) {
      return new OfrepError(error.message, { status: 413, errorCode: undefined });
    }
    return undefined;
  }

  /** Something of ours, of which the log tells. */
  static ours(): OfrepError {
    const message = 'the request failed; please check the server logs for more details';
    return new OfrepError(message, { status: 500, errorCode: undefined });
  }

  get status(): number {
    return this.failure.status;
  }

  /** @param key undefined: what was asked are all flags */
  json(key: string | undefined): string {
    return errorJson({ key, errorCode: this.failure.errorCode, details: this.message });
  }
}

/** `{"key","errorCode","errorDetails"}`; what concerns all flags has no key, our own trouble no code. */
export function errorJson(error: {
  readonly key: string | undefined;
  readonly errorCode: OfrepErrorCode | undefined;
  readonly details: string;
}): string {
  const { key, errorCode, details } = error;
  const members = [`"errorDetails":${jsonText(details)}`];
  if (errorCode !== undefined) {
    members.unshift(`"errorCode":"${errorCode}"`);
    if (key !== undefined) members.unshift(`"key":${jsonText(key)}`);
  }
  return `{${members.join(',')}}`;
}
