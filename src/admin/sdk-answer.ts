import { ApiProperty } from '@nestjs/swagger';

const SOURCES = ['online', 'offline'] as const;
const TYPES = ['file', 'remote', 'cache', 'none'] as const;
const HEALTH = ['healthy', 'degraded', 'initializing', 'down'] as const;
const DELIVERED = ['list', 'attribute', 'conditions', 'base'] as const;
const FLAG_TYPES = ['boolean', 'string', 'integer', 'double', 'unknown'] as const;

class SdkSourceAnswer {
  @ApiProperty({ enum: SOURCES })
  readonly mode: (typeof SOURCES)[number];

  @ApiProperty({ enum: TYPES, description: 'Where what is served came from' })
  readonly type: (typeof TYPES)[number];

  @ApiProperty({ enum: HEALTH })
  readonly status: (typeof HEALTH)[number];

  @ApiProperty({ type: [String], description: 'What happened last, oldest first' })
  readonly records: readonly string[];
}

/** One SDK id, and how its config is. */
export class SdkSummary {
  @ApiProperty()
  readonly sdkId: string;

  @ApiProperty()
  readonly product: string;

  @ApiProperty({ type: SdkSourceAnswer })
  readonly source: SdkSourceAnswer;

  @ApiProperty({ type: String, nullable: true, description: 'Of what is served; null: nothing is' })
  readonly etag: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Seconds since the base config was fetched, or confirmed as unchanged',
  })
  readonly age: number | null;

  @ApiProperty({ type: 'integer', description: 'How many' })
  readonly flags: number;

  @ApiProperty({ type: 'integer', description: 'How many' })
  readonly segments: number;
}

export class SdkFlagAnswer {
  @ApiProperty()
  readonly key: string;

  @ApiProperty({ enum: FLAG_TYPES })
  readonly type: (typeof FLAG_TYPES)[number];
}

export class SdkSegmentAnswer {
  @ApiProperty()
  readonly name: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null: it is of the base config alone',
  })
  readonly segmentId: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null: it stands for none' })
  readonly audienceId: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null: it stands for no audience' })
  readonly members: number | null;

  @ApiProperty({
    enum: DELIVERED,
    nullable: true,
    description: 'To SDKs that evaluate alone; null: not built yet',
  })
  readonly delivery: (typeof DELIVERED)[number] | null;

  @ApiProperty({ type: [String], description: 'Keys of the flags that refer to it' })
  readonly usage: readonly string[];
}

/** The same with what is in it. */
export class SdkAnswer extends SdkSummary {
  @ApiProperty({ type: [SdkFlagAnswer] })
  readonly flagList: readonly SdkFlagAnswer[];

  @ApiProperty({ type: [SdkSegmentAnswer], description: 'As SDKs refer to them, in their order' })
  readonly segmentList: readonly SdkSegmentAnswer[];

  @ApiProperty({ type: [String], description: 'Segments near to the limit of lists, or past it' })
  readonly warnings: readonly string[];
}
