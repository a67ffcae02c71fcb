import { Logger, Module } from '@nestjs/common';
import { LoopRegistry } from '../loop.js';
import { ErrorLog } from '../observability/error-log.js';
import { Options } from '../options/options.js';
import { OutboxDrain } from '../outbox/outbox-drain.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { ChangedSender } from './changed-sender.js';
import { EvaluatedEvents } from './evaluated-events.js';
import { EvaluatedSender, type EvaluatedSenderParts } from './evaluated-sender.js';
import { SegmentEvents } from './segment-events.js';
import { TrackingClient } from './tracking-client.js';

/** What flags did and how they changed, told to Segment. */
@Module({
  imports: [OutboxModule],
  providers: [
    {
      provide: EvaluatedEvents,
      inject: [Options],
      useFactory: ({ segment }: Options) => new EvaluatedEvents(segment.evaluated),
    },
    {
      provide: SegmentEvents,
      inject: [Options, EvaluatedEvents, OutboxDrain, LoopRegistry],
      useFactory: (
        { segment, httpProxy }: Options,
        events: EvaluatedEvents,
        drain: OutboxDrain,
        loops: LoopRegistry,
      ) => {
        const { writeKey, host, evaluated, changed } = segment;
        if (writeKey === undefined) return new SegmentEvents(undefined, undefined);
        const client = (): TrackingClient =>
          new TrackingClient({ writeKey, host, proxyUrl: httpProxy.url });
        const evaluatedSender =
          evaluated.enabled &&
          new EvaluatedSender({
            events,
            client: client(),
            sameness: { repeatAfter: evaluated.repeatAfter, writeKey },
            ...reports('Feature Flag Evaluated'),
            loops,
          });
        const changedSender =
          changed.enabled &&
          new ChangedSender({
            drain,
            client: client(),
            ...reports('Feature Flag Changed'),
            loops,
          });
        return new SegmentEvents(evaluatedSender || undefined, changedSender || undefined);
      },
    },
  ],
  exports: [EvaluatedEvents, SegmentEvents],
})
export class AnalyticsModule {}

function reports(of: string): Pick<EvaluatedSenderParts, 'onError' | 'onBack'> {
  const logger = new Logger('Segment');
  return {
    onError: new ErrorLog(logger, (error) => `${of}: ${reasonOf(error)}`).report,
    onBack: () => logger.log(`${of}: Segment answers again.`),
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
