import { Min } from 'class-validator';
import { duration } from './format/duration.format.js';
import { whole } from './format/number.format.js';
import { PartLogOptions } from './log.options.js';
import { Group, Option } from './option.js';
import { RouteGroupOptions } from './route-group.options.js';

/** Server-sent events. */
export class SseOptions extends RouteGroupOptions {
  @Option({ is: whole, does: 'Streams open at one time; past it 503.', default: 50_000 })
  @Min(1)
  readonly maxConnections: number;

  @Option({
    is: whole,
    does: 'Streams open at one time from one address; 0: no cap. With `http.workers` about that many: each counts its own.',
    default: 0,
  })
  @Min(0)
  readonly maxConnectionsPerIp: number;

  /** Milliseconds. */
  @Option({ is: duration, does: 'Time between comment pings.', default: 15_000, unset: 0 })
  @Min(1_000, { message: 'must be at least 1s' })
  readonly heartBeatInterval: number;

  @Group(PartLogOptions)
  readonly log: PartLogOptions;
}
