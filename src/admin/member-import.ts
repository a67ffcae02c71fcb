import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

const MODES = ['add', 'replace'] as const;
const FORMATS = ['ndjson', 'csv'] as const;

/** How members are imported. */
export class MemberImportQuery {
  @ApiProperty({
    enum: MODES,
    description: 'replace: whoever is not in it is no member any more.',
  })
  @IsIn(MODES)
  readonly mode: (typeof MODES)[number];

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'A bad line costs all of them; else it costs itself.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly strict?: 'true' | 'false';

  @ApiPropertyOptional({ enum: FORMATS, description: 'Else what Content-Type says.' })
  @IsOptional()
  @IsIn(FORMATS)
  readonly format?: (typeof FORMATS)[number];
}

class MemberImportProblem {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Counted from 1.' })
  readonly line: number;

  @ApiProperty({ type: String })
  readonly problem: string;
}

/** What an import did. */
export class MemberImportAnswer {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Lines that are not empty.' })
  readonly received: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Bad ones among them.' })
  readonly rejected: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Who is a member now and was not before.',
  })
  readonly added: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Who was a member before and is not now.',
  })
  readonly removed: number;

  @ApiProperty({ type: [MemberImportProblem], description: 'The first thousand bad lines.' })
  readonly problems: readonly MemberImportProblem[];
}
