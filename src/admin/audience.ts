import { ApiProperty } from '@nestjs/swagger';
import type { ListedAudience, ShownStatus } from '../audiences/audience-directory.js';

const BEFORE_EVENTS = 'Null while no event has named it: createAudience made it.';

class AudienceSegment {
  @ApiProperty({ type: String, format: 'uuid' })
  readonly id: string;

  @ApiProperty({ type: String })
  readonly product: string;

  @ApiProperty({ type: String })
  readonly name: string;
}

/** An audience as it is told. */
export class Audience {
  @ApiProperty({ type: String, description: 'What createAudience answers as externalId.' })
  readonly id: string;

  @ApiProperty({ type: String, description: 'Its id.' })
  readonly destination: string;

  @ApiProperty({ type: String, nullable: true, description: BEFORE_EVENTS })
  readonly computationId: string | null;

  @ApiProperty({ type: String, description: 'What its members are: `user`, `account`, …' })
  readonly contextKind: string;

  @ApiProperty({ type: String, nullable: true, description: BEFORE_EVENTS })
  readonly key: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: `Names it in flags and in the membership attribute, for ever. ${BEFORE_EVENTS}`,
  })
  readonly slug: string | null;

  @ApiProperty({ type: String })
  readonly name: string;

  @ApiProperty({ type: String, description: 'The user attribute that its members are matched on.' })
  readonly attribute: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: 'Null until this replica has its memberships loaded.',
  })
  readonly memberCount: number | null;

  @ApiProperty({
    enum: ['live', 'quiet', 'archived'],
    description:
      'quiet: live, and without an event for longer than `engage.quiet_after`. archived: evaluates as empty, and goes on recording.',
  })
  readonly status: ShownStatus;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly firstSeenAt: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly lastEventAt: string | null;

  @ApiProperty({ type: [AudienceSegment], description: 'Those that refer to it.' })
  readonly segments: readonly AudienceSegment[];
}

export function audienceAnswer(audience: ListedAudience): Audience {
  const { destination, computationId, contextKind, key, slug, name, attribute } = audience;
  return {
    id: String(audience.id),
    destination,
    computationId,
    contextKind,
    key,
    slug,
    name,
    attribute,
    memberCount: audience.memberCount,
    status: audience.status,
    firstSeenAt: audience.firstEventAt?.toISOString() ?? null,
    lastEventAt: audience.lastEventAt?.toISOString() ?? null,
    segments: audience.segments.map((segment) => ({ ...segment })),
  };
}
