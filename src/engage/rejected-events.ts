import type { Database } from '../database/database.js';
import type { RejectionReason } from './interpreted.js';
import { rejectedPayload } from './rejected-payload.js';
import * as sql from './rejected-event.sql.js';

/** Why an event may be kept aside: for what it says, or for what it came with or would make. */
export const REJECTION_REASONS = [
  'malformed',
  'indeterminate_membership',
  'no_identifier',
  'bad_signature',
  'too_many_audiences',
] as const satisfies readonly (RejectionReason | 'bad_signature' | 'too_many_audiences')[];

export interface Rejection {
  readonly event: unknown;
  readonly reason: (typeof REJECTION_REASONS)[number];
  /** Why, in words, without a value from the event. */
  readonly detail: string;
}

export interface RejectedBatch {
  readonly destination: string;
  readonly contextKey: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly rejections: readonly Rejection[];
}

export interface RejectedEventsSettings {
  /** Milliseconds. */
  readonly rejectedFor: number;
  readonly rejectedMax: number;
}

/** Events kept aside, in PostgreSQL. */
export class RejectedEvents {
  constructor(
    private readonly database: Database,
    private readonly settings: RejectedEventsSettings,
  ) {}

  /** Durable when it resolves. */
  async keep(batch: RejectedBatch): Promise<void> {
    const { destination, contextKey, receivedAt, rejections } = batch;
    if (rejections.length === 0) {
      return;
    }
    const payloads = rejections.map(({ event }) => rejectedPayload(event, contextKey));
    await this.database.query(sql.INSERT_REJECTED, [
      destination,
      rejections.map(({ reason }) => reason),
      rejections.map(({ detail }) => detail),
      new Date(receivedAt),
      payloads.map(({ payload }) => payload),
      payloads.map(({ bytes }) => bytes),
      payloads.map(({ identifierHashes }) =>
        identifierHashes.map((hash) => hash.toString('hex')).join(','),
      ),
    ]);
  }

  /** Lets go of what is too old, then of the oldest that are too many. @returns how many of each. */
  async purge(): Promise<{ readonly old: number; readonly surplus: number }> {
    const { rejectedFor, rejectedMax } = this.settings;
    const [old] = await this.database.query<CountRow>(sql.DELETE_OLD, [rejectedFor]);
    const [surplus] = await this.database.query<CountRow>(sql.DELETE_SURPLUS, [rejectedMax]);
    return { old: Number(old?.count ?? 0), surplus: Number(surplus?.count ?? 0) };
  }
}

interface CountRow {
  readonly count: string;
}
