import type { DeliveredAs } from './delivery.js';

/** By segment id. */
export type Deliveries = ReadonlyMap<string, DeliveredAs>;

/** How the segments of one SDK id were delivered last, where their size chose. */
export interface ChosenDeliveries {
  /** Undefined until it is known. A segment that is not in it is a list, as far as anybody knows. */
  readonly last: Deliveries | undefined;
  /** The change of the feed up to which this process knows all sizes. */
  readonly position: number;
  /**
   * Notes what was chosen at a position. Resolves with what holds of these segments: that, or what
   * somebody chose at a later position. Rejects where it can not be noted; may be repeated then.
   */
  store(choices: Deliveries, position: number): Promise<Deliveries>;
}

/** Those of a process that shares them with nobody. */
export class OwnDeliveries implements ChosenDeliveries {
  readonly position = 0;
  private chosen: Deliveries = new Map();

  get last(): Deliveries {
    return this.chosen;
  }

  store(choices: Deliveries): Promise<Deliveries> {
    this.chosen = new Map([...this.chosen, ...choices]);
    return Promise.resolve(choices);
  }
}
