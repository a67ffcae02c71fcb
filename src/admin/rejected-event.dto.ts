import { ApiProperty } from '@nestjs/swagger';
import type { KeptCount, KeptEvent } from '../engage/rejected-event-list.js';
import { REJECTION_REASONS } from '../engage/rejected-events.js';

/** An event that was kept aside, as it is told. */
export class RejectedEvent {
  @ApiProperty({ description: 'Newer ones have higher numbers.' })
  readonly id: string;

  @ApiProperty({ description: 'Its id; the options may have it no longer.' })
  readonly destination: string;

  @ApiProperty({ enum: REJECTION_REASONS })
  readonly reason: string;

  @ApiProperty({ description: 'Why, in words.' })
  readonly detail: string;

  @ApiProperty({ format: 'date-time' })
  readonly receivedAt: string;

  @ApiProperty({
    description: 'The event as it came; null where it was too large, and only its size was kept.',
    anyOf: [
      { type: 'object', additionalProperties: true, nullable: true },
      { type: 'array', items: {} },
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
    ],
  })
  readonly payload: unknown;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Of the event as JSON without white space, in UTF-8.',
  })
  readonly payloadBytes: number;
}

/** How many events of one destination were rejected for one reason. */
export class RejectedCount {
  @ApiProperty()
  readonly destination: string;

  @ApiProperty({ enum: REJECTION_REASONS })
  readonly reason: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly count: number;

  @ApiProperty({ format: 'date-time', description: 'When the oldest of them came.' })
  readonly oldest: string;

  @ApiProperty({ format: 'date-time', description: 'When the newest of them came.' })
  readonly newest: string;
}

export function rejectedEvent(event: KeptEvent): RejectedEvent {
  const { id, receivedAt, payload, ...rest } = event;
  return {
    id: String(id),
    receivedAt: receivedAt.toISOString(),
    payload: payload ?? null,
    ...rest,
  };
}

export function rejectedCount({ oldest, newest, ...rest }: KeptCount): RejectedCount {
  return { ...rest, oldest: oldest.toISOString(), newest: newest.toISOString() };
}
