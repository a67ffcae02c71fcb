import type { Problems } from '../problems.js';
import type { SegmentOptions } from '../segment.options.js';

/** Events are switched on only where there is a source to send them to. */
export function checkSegmentEvents(segment: SegmentOptions, problems: Problems): void {
  if (segment.writeKey !== undefined || problems.has('segment.write_key')) return;
  const message = 'needs segment.write_key';
  if (segment.evaluated.enabled) problems.add('segment.evaluated.enabled', message);
  if (segment.changed.enabled) problems.add('segment.changed.enabled', message);
}
