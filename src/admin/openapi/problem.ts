import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

class ProblemPart {
  @ApiProperty({ description: 'A JSON pointer to it' })
  readonly pointer: string;

  @ApiProperty()
  readonly detail: string;

  @ApiPropertyOptional({ enum: ['query', 'path', 'header'], description: 'Missing: the body' })
  readonly in?: string;
}

/** RFC 9457. */
export class Problem {
  @ApiProperty({ description: 'The kind of problem; stable' })
  readonly type: string;

  @ApiProperty()
  readonly title: string;

  @ApiProperty({ type: 'integer' })
  readonly status: number;

  @ApiProperty()
  readonly detail: string;

  @ApiPropertyOptional({ type: [ProblemPart], description: 'All that is wrong in the request' })
  readonly errors?: readonly ProblemPart[];
}
