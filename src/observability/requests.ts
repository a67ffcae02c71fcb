import type { AccessLog } from './access-log.js';
import { RequestTimes, type TimedRequest } from './request-times.js';

/** Every request that got its answer, on either way: past Express or through it. */
export class Requests {
  readonly times = new RequestTimes();

  constructor(private readonly log: AccessLog) {}

  /** Bound, so that it can be handed on. On the way of every request. */
  readonly answered = (request: TimedRequest): void => {
    this.times.observe(request);
    this.log.write(request);
  };
}
