import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { AudienceOfMember } from '../audiences/member-pages.js';
import { IsMemberKey } from './member-key.js';

/** Whose audiences are asked for, or who is erased. */
export class MemberPath {
  @ApiProperty({ type: String, maxLength: 1_024, description: 'Of the member.' })
  @IsMemberKey()
  readonly key: string;
}

/** Where a member is erased. */
export class MemberErasureQuery {
  @ApiPropertyOptional({ type: String, maxLength: 1_024, description: 'Only in this one.' })
  @IsOptional()
  @IsMemberKey()
  readonly destination?: string;
}

class NamedAudience {
  @ApiProperty({ type: String })
  readonly id: string;

  @ApiProperty({ type: String, nullable: true })
  readonly key: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly slug: string | null;

  @ApiProperty({ type: String })
  readonly name: string;

  @ApiProperty({ type: String, description: 'Its id.' })
  readonly destination: string;
}

/** An audience that a member is in. */
export class MemberAudience {
  @ApiProperty({ type: NamedAudience })
  readonly audience: NamedAudience;

  @ApiProperty({ type: String, format: 'date-time' })
  readonly since: string;

  @ApiProperty({ type: String, format: 'date-time' })
  readonly eventAt: string;
}

export function memberAudienceAnswer(found: AudienceOfMember): MemberAudience {
  const { audience, since, eventAt } = found;
  const { id, key, slug, name, destination } = audience;
  return {
    audience: { id: String(id), key, slug, name, destination },
    since: since.toISOString(),
    eventAt: eventAt.toISOString(),
  };
}
