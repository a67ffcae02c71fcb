import { Max, Min } from 'class-validator';
import { duration } from './format/duration.format.js';
import { decimal } from './format/number.format.js';
import { oneOf } from './format/one-of.format.js';
import { onOff } from './format/switch.format.js';
import { secret, text } from './format/text.format.js';
import { Group, Option } from './option.js';
import { IsWebOrigin } from './web-url.js';

/** `Feature Flag Evaluated` events. */
export class EvaluatedEventsOptions {
  @Option({
    is: onOff,
    does: 'Whether they are sent; needs `segment.write_key`.',
    defaultText: '`true` with a write key, else `false`',
  })
  readonly enabled: boolean;

  @Option({
    is: decimal,
    does: 'Share of the users whose evaluations are sent, 0 to 1.',
    default: 1,
  })
  @Min(0)
  @Max(1)
  readonly sampleRate: number;

  /** Milliseconds. */
  @Option({
    is: duration,
    does: 'How long the same user, flag and variation is not repeated.',
    default: 3_600_000,
  })
  @Min(0)
  readonly repeatAfter: number;

  @Option({
    is: oneOf('random', 'process', 'off'),
    does: 'Users without an Identifier: a random id each time, one for the process, or not sent. Segment bills each id as a user.',
    default: 'random',
  })
  readonly anonymous: 'random' | 'process' | 'off';
}

/** `Feature Flag Changed` events. */
export class ChangedEventsOptions {
  @Option({
    is: onOff,
    does: 'Whether they are sent; needs `segment.write_key`.',
    defaultText: '`true` with a write key, else `false`',
  })
  readonly enabled: boolean;
}

/** Events that flow back to Segment. */
export class SegmentOptions {
  @Option({
    is: secret,
    does: 'Write key of the Segment source that gets the events; without it none are sent.',
    env: 'SEGMENT_WRITE_KEY',
  })
  readonly writeKey: string | undefined;

  @Option({
    is: text,
    does: "URL of Segment's Tracking API, for the EU or a test server.",
    defaultText: "that of Segment's own package",
  })
  @IsWebOrigin()
  readonly host: string | undefined;

  @Group(EvaluatedEventsOptions)
  readonly evaluated: EvaluatedEventsOptions;

  @Group(ChangedEventsOptions)
  readonly changed: ChangedEventsOptions;
}
