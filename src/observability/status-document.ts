/** The ConfigCat Proxy's words. */
export type Health = 'healthy' | 'degraded' | 'initializing' | 'down';

export interface SdkStatus {
  /** Masked; `''`: it has none. */
  readonly key: string;
  readonly mode: 'online' | 'offline';
  readonly source: {
    readonly type: 'file' | 'remote' | 'cache' | 'none';
    readonly status: Health;
    /** At most five, oldest first. */
    readonly records: readonly string[];
  };
}

/** What the proxy says where it has no cache; ours is PostgreSQL, which has a part of its own. */
export const NO_CACHE = { status: 'n/a', records: null } as const;

/** Of this process's own events. Times are ISO 8601; null: there was none yet. */
export interface EngageStatus {
  readonly status: Health;
  readonly lastEvent: string | null;
  /** Events by what became of them, of all destinations. */
  readonly events: Readonly<Record<string, number>>;
  readonly queue: { readonly rows: number; readonly bytes: number };
  /** Requests whose bodies are read or worked on, and what these bodies take. */
  readonly requests: { readonly count: number; readonly bytes: number };
  /** How many audiences got no event for longer than `engage.quiet_after`. */
  readonly quietAudiences: number;
}

export interface DatabaseStatus {
  readonly status: Health;
  /** When it answered last. */
  readonly lastAnswer: string | null;
}

export interface FeedStatus {
  readonly status: Health;
  readonly position: number;
  /** From the writing of the newest change to its being read here. */
  readonly lagSeconds: number | null;
  readonly lastChange: string | null;
  /** Since the feed was read: how old this process's memberships may be. */
  readonly staleSeconds: number | null;
  readonly members: number;
  /** Who has held all writers up for over a second; null: nobody. */
  readonly numberingHolder: NumberingHolderStatus | null;
}

/** A session of PostgreSQL. */
export interface NumberingHolderStatus {
  readonly pid: number;
  readonly application: string;
  readonly state: string;
  readonly seconds: number;
  readonly waiting: number;
}

/** Segments whose list is near its limit, or past it. */
export interface SegmentsStatus {
  readonly warnings: readonly string[];
}

/** One kind of the events that go back to Segment, since the start of this process. */
export interface SegmentEventsStatus {
  /** Waiting; those of changes are all replicas'. Null: not known yet. */
  readonly queued: number | null;
  readonly sent: number;
  /** For want of room, or of time at the end. */
  readonly dropped: number;
  /** Segment will never take them. */
  readonly refused: number;
  /** ISO 8601; null: there was none. */
  readonly lastSuccess: string | null;
  readonly lastError: { readonly at: string; readonly reason: string } | null;
}

/** What goes back to Segment; null: that kind is not sent. */
export interface SegmentStatus {
  readonly status: Health;
  readonly evaluated: SegmentEventsStatus | null;
  readonly changed: SegmentEventsStatus | null;
}

/** With `http.workers`: what each of the others is summed over. */
export interface WorkersStatus {
  readonly status: Health;
  readonly wanted: number;
  readonly answering: number;
  readonly restarts: number;
}

/** What `/status` answers (contracts/proxy.md, 7); the first three as the proxy has them. */
export interface StatusDocument {
  readonly status: Health;
  readonly sdks: Readonly<Record<string, SdkStatus>>;
  readonly cache: typeof NO_CACHE;
  readonly engage: EngageStatus;
  readonly database: DatabaseStatus;
  readonly feed: FeedStatus;
  readonly segments: SegmentsStatus;
  readonly segment: SegmentStatus;
  readonly workers?: WorkersStatus;
}

/** All parts but the one that follows from them. */
export type StatusParts = Omit<StatusDocument, 'status'>;

/** As the proxy tells it of its SDKs; other parts degrade ours as well. */
export function overall({ sdks, engage, database, feed, segment, workers }: StatusParts): Health {
  const sources = Object.values(sdks).map(({ source }) => source.status);
  if (sources.length > 0 && sources.every(is('down'))) return 'down';
  const parts = [engage, database, feed, segment, ...(workers ? [workers] : [])];
  const all = [...sources, ...parts.map(({ status }) => status)];
  if (all.every(is('healthy'))) return 'healthy';
  // One that starts beside one that runs is degraded for the proxy.
  const isUniform = sources.every(is('healthy')) || sources.every(is('initializing'));
  return isUniform && all.every(is('healthy', 'initializing')) ? 'initializing' : 'degraded';
}

function is(...wanted: readonly Health[]): (status: Health) => boolean {
  return (status) => wanted.includes(status);
}
