import { ApiProperty } from '@nestjs/swagger';
import type { FlagValue } from '../evaluation/evaluation.js';
import type { Preview } from './segment-preview.js';

const VALUE = {
  nullable: true,
  oneOf: [{ type: 'boolean' }, { type: 'string' }, { type: 'number' }],
  description: 'Null: there is no such flag, or its evaluation fails',
};

class ValueChangeAnswer {
  @ApiProperty(VALUE)
  readonly from: FlagValue | null;

  @ApiProperty(VALUE)
  readonly to: FlagValue | null;

  @ApiProperty({ type: 'integer' })
  readonly users: number;
}

class FlagPreviewAnswer {
  @ApiProperty()
  readonly sdkId: string;

  @ApiProperty()
  readonly key: string;

  @ApiProperty({ type: 'integer', description: 'Who would be served something else' })
  readonly users: number;

  @ApiProperty({ type: [ValueChangeAnswer] })
  readonly changes: readonly ValueChangeAnswer[];

  @ApiProperty({ type: [String], description: 'Some of them' })
  readonly examples: readonly string[];
}

/** What another definition would change. */
export class PreviewAnswer {
  @ApiProperty({
    type: 'integer',
    description: 'Members of the audiences involved, who were looked at',
  })
  readonly members: number;

  @ApiProperty({ description: 'Whether these are all; a preview ends after 20 seconds' })
  readonly isComplete: boolean;

  @ApiProperty({
    type: [FlagPreviewAnswer],
    description: 'Flags that refer to the segment, also by prerequisites',
  })
  readonly flags: readonly FlagPreviewAnswer[];
}

export function previewAnswer({ members, isComplete, flags }: Preview): PreviewAnswer {
  return {
    members,
    isComplete,
    flags: flags.map(({ sdkId, key, users, byValue, examples }) => ({
      sdkId,
      key,
      users,
      changes: byValue.map(({ from, to, users: count }) => ({ from, to, users: count })),
      examples,
    })),
  };
}
