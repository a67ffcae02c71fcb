import { ApiProperty } from '@nestjs/swagger';
import type { ListedChange } from '../audiences/change-pages.js';
import type { ListedMember } from '../audiences/member-pages.js';

const SINCE = 'When the membership became what it is, as this service heard of it.';
const EVENT_AT = 'The time of the newest event.';

/** Who is in an audience. */
export class AudienceMember {
  @ApiProperty({ type: String })
  readonly member: string;

  @ApiProperty({ type: String, format: 'date-time', description: SINCE })
  readonly since: string;

  @ApiProperty({ type: String, format: 'date-time', description: EVENT_AT })
  readonly eventAt: string;
}

/** Somebody who is or was in an audience. */
export class AudienceMembership {
  @ApiProperty({ type: String })
  readonly member: string;

  @ApiProperty({ type: Boolean })
  readonly isMember: boolean;

  @ApiProperty({ type: String, format: 'date-time', description: SINCE })
  readonly since: string;

  @ApiProperty({ type: String, format: 'date-time', description: EVENT_AT })
  readonly eventAt: string;
}

/** Somebody entered or left. */
export class AudienceChange {
  @ApiProperty({ type: String })
  readonly member: string;

  @ApiProperty({ type: Boolean, description: 'false: left.' })
  readonly entered: boolean;

  @ApiProperty({ type: String, format: 'date-time', description: 'The time of the event.' })
  readonly eventAt: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When this service heard of it.' })
  readonly recordedAt: string;
}

export function memberAnswer({ memberKey, since, eventAt }: ListedMember): AudienceMember {
  return { member: memberKey, since: since.toISOString(), eventAt: eventAt.toISOString() };
}

export function membershipAnswer(
  found: ListedMember & { readonly isMember: boolean },
): AudienceMembership {
  const { member, since, eventAt } = memberAnswer(found);
  return { member, isMember: found.isMember, since, eventAt };
}

export function changeAnswer(change: ListedChange): AudienceChange {
  const { memberKey, entered, eventAt, recordedAt } = change;
  return {
    member: memberKey,
    entered,
    eventAt: eventAt.toISOString(),
    recordedAt: recordedAt.toISOString(),
  };
}
