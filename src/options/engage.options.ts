import { Min } from 'class-validator';
import { DestinationOptions } from './destination.options.js';
import { duration } from './format/duration.format.js';
import { whole } from './format/number.format.js';
import { size } from './format/size.format.js';
import { Entries, Group, Option } from './option.js';

/** When what was received is written: at the first of the three. */
export class FlushOptions {
  @Option({ is: whole, does: 'Rows of one flush.', default: 2_000 })
  @Min(1)
  readonly rows: number;

  /** Bytes. */
  @Option({ is: size, does: 'Size of one flush.', default: 4_194_304 })
  @Min(1)
  readonly bytes: number;

  /** Milliseconds. */
  @Option({ is: duration, does: 'Time that a row waits for others.', default: 5 })
  @Min(0)
  readonly delay: number;
}

/** What may wait to be written; past either bound ingest answers 503. */
export class QueueOptions {
  @Option({ is: whole, does: 'Rows that may wait.', default: 100_000 })
  @Min(1)
  readonly rows: number;

  /** Bytes. */
  @Option({ is: size, does: 'Size of what may wait.', default: 67_108_864 })
  @Min(1)
  readonly bytes: number;
}

const AT_LEAST_A_SECOND = { message: 'must be at least 1s' };

/** What Segment Engage sends. */
export class EngageOptions {
  @Entries(DestinationOptions, 'id')
  readonly destinations: ReadonlyMap<string, DestinationOptions>;

  /** Milliseconds. */
  @Option({
    is: duration,
    does: 'How long a leave is kept against a late enter; not below `rejected_for`.',
    default: 2_592_000_000,
  })
  @Min(1_000, AT_LEAST_A_SECOND)
  readonly tombstonesFor: number;

  /** Milliseconds. */
  @Option({ is: duration, does: 'How long rejected events are kept.', default: 604_800_000 })
  @Min(1_000, AT_LEAST_A_SECOND)
  readonly rejectedFor: number;

  @Option({ is: whole, does: 'How many rejected events are kept.', default: 100_000 })
  @Min(0)
  readonly rejectedMax: number;

  /** Milliseconds. */
  @Option({
    is: duration,
    does: 'How long the history of changes is kept.',
    default: 7_776_000_000,
  })
  @Min(1_000, AT_LEAST_A_SECOND)
  readonly changesFor: number;

  /** Milliseconds. */
  @Option({
    is: duration,
    does: 'After this long without an event an audience is marked `quiet`.',
    default: 604_800_000,
  })
  @Min(1_000, AT_LEAST_A_SECOND)
  readonly quietAfter: number;

  @Option({ is: whole, does: 'Audiences in all; events of more are rejected.', default: 10_000 })
  @Min(1)
  readonly maxAudiences: number;

  @Group(FlushOptions)
  readonly flush: FlushOptions;

  @Group(QueueOptions)
  readonly queue: QueueOptions;
}
