import { ApiProperty } from '@nestjs/swagger';
import type { ReplayResult } from '../engage/replay.js';

const COUNT = { type: 'integer', minimum: 0 } as const;

/** What a replay did. */
export class ReplayAnswer {
  @ApiProperty({ ...COUNT, description: 'Sent through; the seven below sum to it.' })
  readonly received: number;

  @ApiProperty({ ...COUNT, description: 'Members that entered.' })
  readonly added: number;

  @ApiProperty({ ...COUNT, description: 'Members that left.' })
  readonly removed: number;

  @ApiProperty({ ...COUNT, description: 'They say what was so already.' })
  readonly unchanged: number;

  @ApiProperty({ ...COUNT, description: 'Newer events came meanwhile.' })
  readonly stale: number;

  @ApiProperty({ ...COUNT, description: 'They tell of no membership.' })
  readonly skipped: number;

  @ApiProperty({ ...COUNT, description: 'Members that were erased.' })
  readonly erased: number;

  @ApiProperty({ ...COUNT, description: 'Rejected again; they stay as they were kept.' })
  readonly rejected: number;

  @ApiProperty({
    ...COUNT,
    description: 'All that match and stay: the sum of `rejected` and of the three below.',
  })
  readonly left: number;

  @ApiProperty({ ...COUNT, description: 'Refused for their signature; see `unsigned`.' })
  readonly badSignature: number;

  @ApiProperty({ ...COUNT, description: 'Too large to have been kept.' })
  readonly tooLarge: number;

  @ApiProperty({ ...COUNT, description: 'Of destinations that the options do not have.' })
  readonly unknownDestination: number;
}

export function replayAnswer({ counts, left }: ReplayResult): ReplayAnswer {
  const { rejected, ...others } = left;
  return {
    ...counts,
    left: rejected + left.badSignature + left.tooLarge + left.unknownDestination,
    ...others,
  };
}
