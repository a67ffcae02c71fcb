import type { Database } from '../database/database.js';
import * as sql from './rejected-event-list.sql.js';

/** A page of a thousand events of 64 KiB each would hold everything else up for a second. */
const PAGE_BYTES = 1024 * 1024;

/** Which rejected events are meant; what is undefined says nothing. */
export interface RejectedFilter {
  readonly reason?: string | undefined;
  readonly destination?: string | undefined;
  /** They came at this time or later. */
  readonly since?: Date | undefined;
  /** They came before this time. */
  readonly until?: Date | undefined;
}

/** An event that was kept aside. */
export interface KeptEvent {
  readonly id: number;
  readonly destination: string;
  readonly reason: string;
  readonly detail: string;
  readonly receivedAt: Date;
  /** Undefined where only its size was kept. */
  readonly payload: unknown;
  readonly payloadBytes: number;
}

export interface KeptEvents {
  /** Newest first. Fewer than were asked for where their payloads are large. */
  readonly events: readonly KeptEvent[];
  readonly hasMore: boolean;
}

/** The rejected events of one destination and reason. */
export interface KeptCount {
  readonly destination: string;
  readonly reason: string;
  readonly count: number;
  readonly oldest: Date;
  readonly newest: Date;
}

/** The parameters that `MATCHES` begins with. */
export function filterParameters(filter: RejectedFilter): readonly unknown[] {
  const { reason, destination, since, until } = filter;
  return [reason ?? null, destination ?? null, since ?? null, until ?? null];
}

/** What was kept aside, to be looked at. */
export class RejectedEventList {
  constructor(private readonly database: Database) {}

  /** `before`: an id that they are older than. */
  async page(
    filter: RejectedFilter,
    { before, limit }: { readonly before: number | undefined; readonly limit: number },
  ): Promise<KeptEvents> {
    const rows = await this.database.query<EventRow>(sql.LIST, [
      ...filterParameters(filter),
      before ?? null,
      limit,
      PAGE_BYTES,
    ]);
    return { events: rows.map(eventOf), hasMore: Number(rows[0]?.fetched ?? 0) > rows.length };
  }

  /** By destination and reason. */
  async counts(filter: RejectedFilter): Promise<readonly KeptCount[]> {
    const rows = await this.database.query<CountRow>(sql.COUNT, filterParameters(filter));
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  async delete(filter: RejectedFilter): Promise<void> {
    await this.database.query(sql.DELETE, filterParameters(filter));
  }
}

interface EventRow {
  readonly id: string;
  readonly destination: string;
  readonly reason: string;
  readonly detail: string;
  readonly received_at: Date;
  /** JSON: as text, for pg makes null of what is null in JSON, too. */
  readonly payload: string | null;
  readonly payload_bytes: number;
  readonly fetched: string;
}

interface CountRow {
  readonly destination: string;
  readonly reason: string;
  readonly count: string;
  readonly oldest: Date;
  readonly newest: Date;
}

function eventOf(row: EventRow): KeptEvent {
  const { destination, reason, detail, payload } = row;
  return {
    id: Number(row.id),
    destination,
    reason,
    detail,
    receivedAt: row.received_at,
    payload: payload === null ? undefined : JSON.parse(payload),
    payloadBytes: row.payload_bytes,
  };
}
