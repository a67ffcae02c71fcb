/** As the ConfigCat Proxy labels the streams of all flags in its metrics. */
const ALL_FLAGS = '[ALL]';

/** The streams of one flag, or of all flags, of one SDK id. */
export interface StreamCount {
  readonly sdkId: string;
  /** The kind of stream; the proxy has others. */
  readonly type: 'sse';
  /** A flag that was there when somebody asked for it, or `[ALL]`. */
  readonly flag: string;
  /** Connections now. */
  open: number;
  /** Messages since the process started; pings are none. */
  sent: number;
}

/** Plain numbers that streams count in, for metrics to read when they are scraped. */
export class StreamCounts {
  private readonly bySdk = new Map<string, Map<string, StreamCount>>();

  /** Every label set that ever counted, so that no sum of messages goes down. */
  *[Symbol.iterator](): Generator<Readonly<StreamCount>> {
    for (const flags of this.bySdk.values()) yield* flags.values();
  }

  /** Where to count; always the same object. @param flagKey undefined: all flags */
  of(sdkId: string, flagKey: string | undefined): StreamCount {
    let flags = this.bySdk.get(sdkId);
    if (flags === undefined) {
      flags = new Map();
      this.bySdk.set(sdkId, flags);
    }
    const flag = flagKey ?? ALL_FLAGS;
    let count = flags.get(flag);
    if (count === undefined) {
      count = { sdkId, type: 'sse', flag, open: 0, sent: 0 };
      flags.set(flag, count);
    }
    return count;
  }
}
