import { Injectable } from '@nestjs/common';
import { SegmentEvents, type EventsState } from './analytics/segment-events.js';
import { Feed } from './audiences/feed.js';
import { NumberingWatch } from './audiences/numbering-watch.js';
import { QuietAudiences } from './audiences/quiet-audiences.js';
import { Configs } from './configs/configs.js';
import type { SdkConfig } from './configs/sdk-config.js';
import { Database } from './database/database.js';
import { EventReceiver } from './engage/event-receiver.js';
import { FlushQueue } from './engage/flush-queue.js';
import { HeldRequests } from './engage/held-requests.js';
import { maskedKey } from './observability/masked-key.js';
import type {
  DatabaseStatus,
  EngageStatus,
  FeedStatus,
  Health,
  SdkStatus,
  SegmentEventsStatus,
  SegmentStatus,
} from './observability/status-document.js';
import { Status } from './observability/status.js';
import { Options } from './options/options.js';

/** The feed is read ten times a second: after so long PostgreSQL is away, and memberships grow old. */
const STALE_AFTER_MS = 5_000;
/** Ten thousand audiences may all be large. */
const MAX_WARNINGS = 20;

/** Hands each room's part of `/status` in. */
@Injectable()
export class ServiceStatus {
  constructor(
    private readonly options: Options,
    private readonly database: Database,
    private readonly feed: Feed,
    private readonly numbering: NumberingWatch,
    private readonly quiet: QuietAudiences,
    private readonly queue: FlushQueue,
    private readonly receiver: EventReceiver,
    private readonly requests: HeldRequests,
    private readonly segmentEvents: SegmentEvents,
    configs: Configs,
    status: Status,
  ) {
    status.add('sdks', () =>
      Object.fromEntries([...configs.all].map((sdk) => [sdk.options.id, this.sdkStatus(sdk)])),
    );
    status.add('engage', () => this.engageStatus());
    status.add('database', () => this.databaseStatus());
    status.add('feed', () => this.feedStatus());
    status.add('segment', () => this.segmentStatus());
    status.add('segments', () => ({ warnings: warningsOf(configs) }));
  }

  private sdkStatus({ options: { id }, status }: SdkConfig): SdkStatus {
    const { mode, type, status: health, records } = status;
    const key = maskedKey(this.options.sdks.get(id)?.key);
    return { key, mode, source: { type, status: health, records } };
  }

  private engageStatus(): EngageStatus {
    const { lastArrival, sum } = this.receiver.totals;
    const { rows, bytes } = this.queue.queued;
    const isFull =
      rows >= this.options.engage.queue.rows || bytes >= this.options.engage.queue.bytes;
    // A queue is hardly ever full to the last row: a batch is refused that would not fit.
    const isRefusing = isFull || this.requests.hasRefusedLately;
    return {
      status: isRefusing ? 'degraded' : 'healthy',
      lastEvent: isoTime(lastArrival),
      events: { ...sum },
      queue: { rows, bytes },
      requests: this.requests.held,
      quietAudiences: this.quiet.all.length,
    };
  }

  private databaseStatus(): DatabaseStatus {
    const { lastReadAt } = this.feed.state;
    return {
      status: this.database.isConnected ? this.freshness(lastReadAt) : 'down',
      lastAnswer: isoTime(lastReadAt),
    };
  }

  private feedStatus(): FeedStatus {
    const { position, lastReadAt, lastChangeAt, lag } = this.feed.state;
    const isLoaded = this.feed.index !== undefined;
    const { holder } = this.numbering;
    const isHeldUp = holder !== undefined || this.freshness(lastReadAt) === 'down';
    const health = isHeldUp ? 'degraded' : 'healthy';
    return {
      status: isLoaded ? health : 'initializing',
      position,
      lagSeconds: lag ?? null,
      lastChange: isoTime(lastChangeAt),
      staleSeconds: lastReadAt === undefined ? null : (Date.now() - lastReadAt) / 1_000,
      members: this.feed.index?.size ?? 0,
      numberingHolder: holder ?? null,
    };
  }

  private segmentStatus(): SegmentStatus {
    const { evaluated, changed } = this.segmentEvents;
    const isFailing = [evaluated, changed].some((state) => state?.totals.isFailing);
    return {
      status: isFailing ? 'degraded' : 'healthy',
      evaluated: evaluated ? eventsStatus(evaluated) : null,
      changed: changed ? eventsStatus(changed) : null,
    };
  }

  private freshness(lastReadAt: number | undefined): Health {
    if (lastReadAt === undefined) return 'initializing';
    return Date.now() - lastReadAt > STALE_AFTER_MS ? 'down' : 'healthy';
  }
}

function warningsOf(configs: Configs): readonly string[] {
  const all = [...configs.all].flatMap(({ options: { id }, deliveryWarnings }) =>
    deliveryWarnings.map((warning) => `SDK id '${id}': ${warning}`),
  );
  const surplus = all.length - MAX_WARNINGS;
  return surplus > 0 ? [...all.slice(0, MAX_WARNINGS), `And ${surplus} more.`] : all;
}

function eventsStatus({ queued, totals }: EventsState): SegmentEventsStatus {
  const { sent, dropped, refused, lastSuccess, lastError } = totals;
  return {
    queued: queued ?? null,
    sent,
    dropped,
    refused,
    lastSuccess: isoTime(lastSuccess),
    lastError: lastError
      ? { at: new Date(lastError.at).toISOString(), reason: lastError.reason }
      : null,
  };
}

function isoTime(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
