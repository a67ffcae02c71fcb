import { expect, it } from 'vitest';
import { StreamCounts } from './stream-counts.js';

it('keep one count for each flag of each SDK id, and one for all flags', () => {
  const counts = new StreamCounts();
  counts.of('a', 'flag').open += 1;
  counts.of('a', 'flag').sent += 2;
  counts.of('a', undefined).sent += 1;
  counts.of('b', 'flag').open += 1;
  expect([...counts]).toEqual([
    { sdkId: 'a', type: 'sse', flag: 'flag', open: 1, sent: 2 },
    { sdkId: 'a', type: 'sse', flag: '[ALL]', open: 0, sent: 1 },
    { sdkId: 'b', type: 'sse', flag: 'flag', open: 1, sent: 0 },
  ]);
});
