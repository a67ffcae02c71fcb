import { parseAudienceId } from '../audiences/audience-id.js';
import { InvalidInputError } from '../error.js';
import { isMemberKey } from './member-key.js';
import { readCursor, writeCursor } from './page.js';

/*
 * Where lists of audiences, members and changes go on. Keys stand in them as base64url: as JSON a key
 * of control characters would be six times as long, and `after` too long to be asked for.
 */

/** `createdAt`: microseconds since 1970. */
export interface AudiencePlace {
  readonly createdAt: number;
  readonly id: number;
}

/** @throws InvalidInputError, as all of these do where `after` is no `next` of such a list */
export function readAudiencePlace(after: string | undefined): AudiencePlace | undefined {
  const cursor = readCursor(after, ['number', 'string']);
  if (cursor === undefined) return undefined;
  const [createdAt, id] = cursor;
  return { createdAt: safe(createdAt), id: safe(parseAudienceId(String(id))) };
}

/** The id that a list of audiences goes on after; 0: from the start. */
export function readAudienceId(after: string | undefined): number {
  const cursor = readCursor(after, ['string']);
  return cursor === undefined ? 0 : safe(parseAudienceId(String(cursor[0])));
}

/** The key that a list of members goes on after; '': from the start. */
export function readMemberKey(after: string | undefined): string {
  const cursor = readCursor(after, ['string']);
  return cursor === undefined ? '' : decodedKey(cursor[0]);
}

export function writeMemberKey(memberKey: string): string {
  return writeCursor([encodedKey(memberKey)]);
}

/** The change that a history goes on in, after the key. */
export interface ChangePlace {
  readonly changeId: number;
  readonly memberKey: string;
}

export function readChangePlace(after: string | undefined): ChangePlace | undefined {
  const cursor = readCursor(after, ['number', 'string']);
  if (cursor === undefined) return undefined;
  const [changeId, key] = cursor;
  return { changeId: safe(changeId), memberKey: decodedKey(key) };
}

export function writeChangePlace({ changeId, memberKey }: ChangePlace): string {
  return writeCursor([changeId, encodedKey(memberKey)]);
}

function encodedKey(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function decodedKey(value: string | number | undefined): string {
  const key = Buffer.from(String(value), 'base64url').toString();
  if (!isMemberKey(key)) throw foreign();
  return key;
}

function safe(value: string | number | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw foreign();
  return value;
}

function foreign(): InvalidInputError {
  return new InvalidInputError([
    { in: 'query', pointer: '/after', detail: 'is no `next` of a page of this list' },
  ]);
}
