/** How many streams may be open at one time. */
export interface StreamLimits {
  readonly inAll: number;
  /** From one address; 0: no limit. */
  readonly perAddress: number;
}

/** What the streams from one address share. */
export interface StreamOrigin {
  readonly address: string;
  streams: number;
}

/**
 * Counts open streams, in all and by the address of the connection's other end. Behind a proxy or
 * a load balancer that is the proxy's, so all its clients share one limit: set one there instead.
 */
export class StreamCaps {
  private readonly origins = new Map<string, StreamOrigin>();
  private streams = 0;

  constructor(private readonly limits: StreamLimits) {}

  /** @returns what leave() takes once the stream has ended; undefined: there is no place for it. */
  enter(address: string): StreamOrigin | undefined {
    const { inAll, perAddress } = this.limits;
    const origin = this.origins.get(address) ?? { address, streams: 0 };
    if (this.streams >= inAll || (perAddress > 0 && origin.streams >= perAddress)) {
      return undefined;
    }
    this.streams += 1;
    origin.streams += 1;
    this.origins.set(address, origin);
    return origin;
  }

  /** Once for each enter(). */
  leave(origin: StreamOrigin): void {
    this.streams -= 1;
    origin.streams -= 1;
    if (origin.streams === 0) this.origins.delete(origin.address);
  }
}
