import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength, ValidateIf } from 'class-validator';
import type { ShownStatus } from '../audiences/audience-directory.js';
import { IsMemberKey } from './member-key.js';
import { PageQuery } from './page.js';

const MAX_NAME = 255;
const STATUSES = ['live', 'quiet', 'archived'] as const;
const EDITED_STATUSES = ['live', 'archived'] as const;

/** Which audiences are meant: all, or those that all of this says. */
export class AudiencesQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, maxLength: 1_024, description: 'Its id.' })
  @IsOptional()
  @IsMemberKey()
  readonly destination?: string;

  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  readonly status?: ShownStatus;
}

/** What is to become of an audience; what is not named stays as it is. */
export class AudiencePatch {
  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: MAX_NAME,
    pattern: '\\S',
    description: 'Its segments keep their own names.',
  })
  @ValidateIf(isNamed('name'))
  @IsMemberKey()
  @MaxLength(MAX_NAME)
  @Matches(/\S/, { message: 'must not be empty' })
  readonly name?: string;

  @ApiPropertyOptional({
    enum: EDITED_STATUSES,
    description: '`archived` evaluates as empty and goes on recording.',
  })
  @ValidateIf(isNamed('status'))
  @IsString()
  @IsIn(EDITED_STATUSES)
  readonly status?: (typeof EDITED_STATUSES)[number];
}

/** Null is no way to leave a member out. */
function isNamed(member: keyof AudiencePatch): (patch: AudiencePatch) => boolean {
  return (patch) => patch[member] !== undefined;
}
