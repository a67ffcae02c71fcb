/** How an audience's members reach SDKs that evaluate alone: as a hashed list, by an attribute of the user, or as fits. */
export type Delivery = 'auto' | 'list' | 'attribute';

/** What makes a user part of a segment: being in an audience. */
export interface SegmentDefinition {
  readonly audience: { readonly id: string };
  readonly delivery: Delivery;
}

export interface Segment {
  readonly id: string;
  readonly product: string;
  readonly name: string;
  readonly audienceId: number;
  readonly delivery: Delivery;
  readonly overlay: boolean;
  readonly version: number;
}
