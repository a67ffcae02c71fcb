import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { OptionalTime } from './audience-time.js';
import { IsMemberKey } from './member-key.js';
import { PageQuery } from './page.js';

/** Which members are asked for. */
export class AudienceMembersQuery extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: 1_024,
    default: '',
    description: 'What their keys begin with.',
  })
  @IsOptional()
  @IsMemberKey()
  readonly prefix: string = '';
}

/** Which changes are asked for. */
export class AudienceChangesQuery extends PageQuery {
  @OptionalTime('This service heard of them then or later.')
  readonly since?: Date;

  @OptionalTime('This service heard of them before.')
  readonly until?: Date;
}
