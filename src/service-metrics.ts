import { Injectable } from '@nestjs/common';
import { SegmentEvents, type EventsState } from './analytics/segment-events.js';
import { Feed } from './audiences/feed.js';
import { QuietAudiences } from './audiences/quiet-audiences.js';
import { Configs } from './configs/configs.js';
import type { SdkConfig } from './configs/sdk-config.js';
import { EventReceiver } from './engage/event-receiver.js';
import { FlushQueue } from './engage/flush-queue.js';
import { REJECTION_REASONS } from './engage/rejected-events.js';
import { Metrics, type Sample } from './observability/metrics.js';
import { Requests } from './observability/requests.js';
import { Streams } from './proxy/streams.js';

const STREAM_LABELS = ['sdk', 'type', 'flag'];

/** Hands each room's metrics in. Every label has values that options or configs bound. */
@Injectable()
export class ServiceMetrics {
  constructor(
    private readonly metrics: Metrics,
    private readonly feed: Feed,
    private readonly quiet: QuietAudiences,
    private readonly queue: FlushQueue,
    private readonly receiver: EventReceiver,
    private readonly configs: Configs,
    private readonly streams: Streams,
    private readonly requests: Requests,
    private readonly segmentEvents: SegmentEvents,
  ) {
    this.addProxy();
    this.addEngage();
    this.addFeed();
    this.addConfigs();
    this.addSegmentEvents();
  }

  /** The ConfigCat Proxy's, with its names and labels. */
  private addProxy(): void {
    const { metrics, streams, requests } = this;
    metrics.gauge(
      {
        name: 'configcat_stream_connections',
        help: 'Open streams.',
        labels: STREAM_LABELS,
        over: 'sum',
      },
      () => [...streams.counts].map(({ open, ...of }) => ({ labels: labelsOf(of), value: open })),
    );
    metrics.counter(
      {
        name: 'configcat_stream_msg_sent_total',
        help: 'Messages sent on streams.',
        labels: STREAM_LABELS,
      },
      () => [...streams.counts].map(({ sent, ...of }) => ({ labels: labelsOf(of), value: sent })),
    );
    metrics.histogram(
      {
        name: 'configcat_http_server_request_duration_seconds',
        help: 'Time to the answer, of a stream to its head, by the pattern of the route.',
      },
      () => requests.times.all(),
    );
  }

  private addEngage(): void {
    const { metrics, queue, receiver } = this;
    metrics.counter(
      {
        name: 'audience_sync_events_total',
        help: 'Events of Segment by what became of them; rejected ones with their reason.',
        labels: ['destination', 'outcome', 'reason'],
      },
      () =>
        [...receiver.totals.all].flatMap(([destination, counts]) => {
          const { received: _received, rejected: _rejected, ...outcomes } = counts;
          const taken = Object.entries(outcomes).map(([outcome, value]) => ({
            labels: { destination, outcome },
            value,
          }));
          const rejected = REJECTION_REASONS.map((reason) => ({
            labels: { destination, outcome: 'rejected', reason },
            value: receiver.totals.rejected(destination, reason),
          }));
          return [...taken, ...rejected];
        }),
    );
    metrics.counter(
      {
        name: 'audience_sync_future_events_total',
        help: 'Events that named a time more than an hour ahead, and count at their arrival.',
        labels: ['destination'],
      },
      () =>
        [...receiver.totals.clamped].map(([destination, value]) => ({
          labels: { destination },
          value,
        })),
    );
    metrics.histogram({ name: 'audience_sync_flush_rows', help: 'Events of one flush.' }, () => [
      { labels: {}, buckets: queue.flushRows },
    ]);
    metrics.histogram(
      { name: 'audience_sync_flush_duration_seconds', help: 'Time of one flush to its commit.' },
      () => [{ labels: {}, buckets: queue.flushSeconds }],
    );
    metrics.gauge(
      {
        name: 'audience_sync_queue_rows',
        help: 'Events that wait for their flush, or are in one.',
        over: 'sum',
      },
      () => [{ value: queue.queued.rows }],
    );
    metrics.gauge(
      {
        name: 'audience_sync_quiet_audiences',
        help: 'Audiences without an event for longer than engage.quiet_after.',
        over: 'max',
      },
      () => [{ value: this.quiet.all.length }],
    );
  }

  private addFeed(): void {
    const { metrics, feed } = this;
    metrics.gauge(
      {
        name: 'audience_sync_feed_lag_seconds',
        help: 'From the writing of the newest change to its being read.',
        over: 'max',
      },
      () => some(feed.state.lag),
    );
    metrics.gauge(
      {
        name: 'audience_sync_feed_stale_seconds',
        help: 'Since the feed was read, which happens ten times a second while PostgreSQL answers.',
        over: 'max',
      },
      () => some(feed.state.lastReadAt).map(({ value }) => ({ value: (Date.now() - value) / 1e3 })),
    );
    metrics.gauge(
      {
        name: 'audience_sync_feed_position',
        help: 'The newest change that was read.',
        over: 'min',
      },
      () => [{ value: feed.position }],
    );
    metrics.gauge(
      { name: 'audience_sync_members', help: 'Memberships in memory.', over: 'max' },
      () => some(feed.index?.size),
    );
  }

  private addConfigs(): void {
    const { metrics, configs } = this;
    const perSdk = (read: (sdk: SdkConfig) => number): Sample[] =>
      [...configs.all].map((sdk) => ({ labels: { sdk: sdk.options.id }, value: read(sdk) }));
    metrics.histogram(
      {
        name: 'audience_sync_config_build_duration_seconds',
        help: 'Time to build and compress what is served.',
      },
      () =>
        [...configs.all].map(({ options: { id }, buildSeconds }) => ({
          labels: { sdk: id },
          buckets: buildSeconds,
        })),
    );
    metrics.counter(
      {
        name: 'audience_sync_evaluations_total',
        help: 'Flags that were evaluated for somebody, streams included.',
        labels: ['sdk'],
      },
      () => perSdk(({ evaluations }) => evaluations),
    );
  }

  private addSegmentEvents(): void {
    const { metrics, segmentEvents } = this;
    metrics.counter(
      {
        name: 'audience_sync_segment_events_total',
        help: 'Events for Segment by what became of them.',
        labels: ['event', 'outcome'],
      },
      () =>
        kindsOf(segmentEvents).flatMap(([event, { totals }]) =>
          (['sent', 'dropped', 'refused'] as const).map((outcome) => ({
            labels: { event, outcome },
            value: totals[outcome],
          })),
        ),
    );
    metrics.gauge(
      {
        name: 'audience_sync_evaluated_queue_events',
        help: 'Evaluations that wait to be sent to Segment.',
        over: 'sum',
      },
      () => some(segmentEvents.evaluated?.queued),
    );
    metrics.gauge(
      {
        name: 'audience_sync_outbox_events',
        help: 'Changes of flags and segments that Segment has not taken yet.',
        over: 'max',
      },
      () => some(segmentEvents.changed?.queued),
    );
  }
}

function kindsOf({ evaluated, changed }: SegmentEvents): [string, EventsState][] {
  const kinds: [string, EventsState][] = [];
  if (evaluated !== undefined) kinds.push(['evaluated', evaluated]);
  if (changed !== undefined) kinds.push(['changed', changed]);
  return kinds;
}

function labelsOf({ sdkId, type, flag }: Record<'sdkId' | 'type' | 'flag', string>) {
  return { sdk: sdkId, type, flag };
}

/** A gauge that is not known yet has no value. */
function some(value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ value }];
}
