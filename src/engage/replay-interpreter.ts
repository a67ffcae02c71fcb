import type { Destination } from './destinations.js';
import type { Interpreter } from './event-receiver.js';
import { isJsonObject } from './json-value.js';
import { interpretEvent } from './membership-event.js';
import { syncedSegmentInterpreter } from './synced-segment.js';

/**
 * Reads events as they would have been read when they came. `arrivals`: of each of them, by its
 * position, in milliseconds since 1970.
 *
 * An item of LaunchDarkly's synced-segment call has the destination's context kind: its call may have
 * named another, but was not kept.
 */
export function replayInterpreter(
  { options }: Destination,
  arrivals: readonly number[],
): Interpreter {
  const interpretItem = syncedSegmentInterpreter(options.contextKind);
  return (event, settings, reception) => {
    const { position, lossy } = reception;
    const arrival = (arrivals[position] ?? 0) * 1_000;
    if (options.serviceToken !== undefined && isSyncedItem(event)) {
      const rank = position - arrivals.indexOf(arrivals[position] ?? 0);
      return interpretItem(event, settings, { arrival, lossy, position: rank });
    }
    return interpretEvent(event, settings, { arrival, lossy });
  };
}

/** Segment's own events always have a type. */
function isSyncedItem(event: unknown): boolean {
  return isJsonObject(event) && 'cohortId' in event && !('type' in event);
}
