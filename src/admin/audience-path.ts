import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { parseAudienceId } from '../audiences/audience-id.js';
import { UnknownAudienceError } from '../audiences/audience.errors.js';
import { IsMemberKey } from './member-key.js';

/** Where an audience is found. */
export class AudiencePath {
  @ApiProperty({ type: String, description: 'Of the audience.' })
  @IsString()
  readonly id: string;
}

/** Where a member of an audience is found. */
export class AudienceMemberPath extends AudiencePath {
  @ApiProperty({ type: String, maxLength: 1_024, description: 'Of the member.' })
  @IsMemberKey()
  readonly key: string;
}

/** @throws UnknownAudienceError: no audience has an id that is none of ours. */
export function audienceIdOf({ id }: AudiencePath): number {
  const audienceId = parseAudienceId(id);
  if (audienceId === undefined) throw new UnknownAudienceError(id);
  return audienceId;
}
