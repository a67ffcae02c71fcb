import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { changedEvent, type RecordedChange } from './changed-event.js';
import * as sql from './outbox.sql.js';

/** Where changes of flags and segments wait for Segment, in the transactions that make them. */
export class Outbox {
  constructor(
    /** False: nobody would send them. */
    readonly isOn: boolean,
  ) {}

  /** In the caller's transaction; nothing where it is off. A change that is there already is no other. */
  async write(manager: EntityManager, changes: readonly RecordedChange[]): Promise<void> {
    if (!this.isOn || changes.length === 0) return;
    await manager.query(sql.INSERT, [
      changes.map(({ scope }) => scope),
      changes.map(({ subject }) => storable(subject)),
      changes.map(({ fromVersion }) => String(fromVersion)),
      changes.map(({ toVersion }) => String(toVersion)),
      changes.map((change) => JSON.stringify(changedEvent(change))),
    ]);
  }
}

/** An index row of PostgreSQL has no room for more. */
const MAX_SUBJECT_BYTES = 1_024;
/** Its text takes no NUL, and a lone surrogate has no UTF-8. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** A config may call a flag whatever it likes. */
function storable(subject: string): string {
  if (Buffer.byteLength(subject) <= MAX_SUBJECT_BYTES && !UNSTORABLE.test(subject)) return subject;
  return `sha256:${createHash('sha256').update(JSON.stringify(subject)).digest('hex')}`;
}
