import type { SchemaObject } from '@nestjs/swagger';
import type { Answer } from './describe.js';
import { SCHEMAS } from './schemas.js';

/** A plain-text answer: the message and one line end. */
export function text(description: string): Answer {
  return { description, content: { 'text/plain': SCHEMAS.text } };
}

export function json(description: string, schema: SchemaObject): Answer {
  return { description, content: { 'application/json': schema } };
}

export const UNAUTHORIZED = text('A header of `auth_headers` is missing or wrong.');
export const UNKNOWN_SDK = text('No such SDK is configured.');
export const INVALID_STATE = text('No config, or no memberships, were ever loaded.');
export const TOO_LARGE = text('The body is larger than 1 MB.');
export const NOT_MODIFIED: Answer = {
  description: '`If-None-Match` names what would be answered.',
  headers: { ETag: 'The same.' },
};
export const ETAG = { ETag: 'Names the bytes of the answer, the same on each replica.' };
