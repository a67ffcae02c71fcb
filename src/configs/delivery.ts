import type { Delivery } from '../segments/segment-definition.js';

/** How one audience segment reaches SDKs that evaluate alone. */
export type DeliveredAs = 'list' | 'attribute';

export interface DeliverySettings {
  /** Of segments that say `auto`. */
  readonly delivery: Delivery;
  /** Members of the largest list. */
  readonly inlineLimit: number;
  /** Entries of all lists of one config. */
  readonly inlineTotal: number;
}

export interface SegmentSize {
  /** Names the segment from one choice to the next. */
  readonly id: string;
  readonly delivery: Delivery;
  readonly members: number;
}

/** An audience that shrinks comes back as a list only below this share of the limit, not at every leave. */
const RETURN_SHARE = 0.8;

/**
 * Chooses for all segments of one config; `before` is what all replicas chose last. Where the lists
 * together would be too long, the largest go by attribute first. Chosen again by the same sizes, with
 * this choice as the last one, it is the same.
 */
export function chooseDelivery(
  segments: readonly SegmentSize[],
  settings: DeliverySettings,
  before: ReadonlyMap<string, DeliveredAs>,
): Map<string, DeliveredAs> {
  const chosen = new Map<string, DeliveredAs>();
  const movable: SegmentSize[] = [];
  let total = 0;
  for (const segment of segments) {
    const wanted = wantedDelivery(segment.delivery, settings);
    const as = wanted === 'auto' ? bySize(segment, settings, before) : wanted;
    chosen.set(segment.id, as);
    if (as === 'list') total += segment.members;
    if (as === 'list' && wanted === 'auto') movable.push(segment);
  }
  for (const segment of movable.toSorted((a, b) => b.members - a.members)) {
    if (total > settings.inlineTotal * shareFor(segment, before)) {
      chosen.set(segment.id, 'attribute');
      total -= segment.members;
    }
  }
  return chosen;
}

/** What is to be of a segment; `auto`: its size chooses. */
export function wantedDelivery(delivery: Delivery, settings: DeliverySettings): Delivery {
  return delivery === 'auto' ? settings.delivery : delivery;
}

/** Whether the next choice could make a list of a segment that was no list in the last one. */
export function mayBecomeList(segment: SegmentSize, settings: DeliverySettings): boolean {
  const wanted = wantedDelivery(segment.delivery, settings);
  if (wanted !== 'auto') return wanted === 'list';
  return segment.members <= settings.inlineLimit * RETURN_SHARE;
}

function bySize(
  segment: SegmentSize,
  settings: DeliverySettings,
  before: ReadonlyMap<string, DeliveredAs>,
): DeliveredAs {
  return segment.members <= settings.inlineLimit * shareFor(segment, before) ? 'list' : 'attribute';
}

function shareFor(segment: SegmentSize, before: ReadonlyMap<string, DeliveredAs>): number {
  return before.get(segment.id) === 'attribute' ? RETURN_SHARE : 1;
}
