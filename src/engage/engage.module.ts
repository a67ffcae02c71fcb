import { Logger, Module } from '@nestjs/common';
import { AudienceActivity } from '../audiences/audience-activity.js';
import { AudienceStore } from '../audiences/audience-store.js';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { MemberEraser } from '../audiences/member-eraser.js';
import { MembershipStore } from '../audiences/membership-store.js';
import { databaseErrorLog } from '../database/database-log.js';
import { Database } from '../database/database.js';
import { Options } from '../options/options.js';
import { SegmentStore } from '../segments/segment-store.js';
import { SegmentsModule } from '../segments/segments.module.js';
import { AudienceRegistry } from './audience-registry.js';
import { AudienceResolver } from './audience-resolver.js';
import { digestSecrets } from './credentials.js';
import { Destinations } from './destinations.js';
import { EngageController } from './engage.controller.js';
import { EventIntake } from './event-intake.js';
import { EventReceiver } from './event-receiver.js';
import { FlushQueue } from './flush-queue.js';
import { HeldRequests } from './held-requests.js';
import { lateErrorLog } from './late-error-log.js';
import { RejectedEventList } from './rejected-event-list.js';
import { RejectedEventWatch } from './rejected-event-watch.js';
import { RejectedEvents } from './rejected-events.js';
import { ReplayRejections } from './replay-rejections.js';
import { Replay } from './replay.js';
import { SyncedSegmentController } from './synced-segment.controller.js';
import { TrackingController } from './tracking.controller.js';

/** Where Segment's events arrive. */
@Module({
  imports: [AudiencesModule, SegmentsModule],
  controllers: [EngageController, TrackingController, SyncedSegmentController],
  providers: [
    {
      provide: Destinations,
      inject: [Options],
      useFactory: ({ engage }: Options) => new Destinations(engage.destinations),
    },
    {
      provide: HeldRequests,
      inject: [Options],
      useFactory: ({ http: { maxBodySize }, engage: { queue } }: Options) =>
        new HeldRequests({ maxBodySize, bytes: queue.bytes }, lateErrorLog(new Logger('Engage'))),
    },
    {
      provide: FlushQueue,
      inject: [MembershipStore, Options],
      useFactory: (store: MembershipStore, { engage }: Options) => new FlushQueue(store, engage),
    },
    {
      provide: AudienceResolver,
      inject: [Database, AudienceStore, SegmentStore],
      useFactory: (database: Database, audiences: AudienceStore, segments: SegmentStore) =>
        new AudienceResolver(database, audiences, segments, {
          onTooMany: databaseErrorLog('Engage'),
        }),
    },
    {
      provide: AudienceRegistry,
      inject: [Database, AudienceStore],
      useFactory: (database: Database, audiences: AudienceStore) =>
        new AudienceRegistry(database, audiences, databaseErrorLog('Engage')),
    },
    {
      provide: RejectedEvents,
      inject: [Database, Options],
      useFactory: (database: Database, { engage }: Options) => new RejectedEvents(database, engage),
    },
    {
      provide: EventReceiver,
      inject: [
        AudienceResolver,
        FlushQueue,
        MemberEraser,
        RejectedEvents,
        AudienceActivity,
        Destinations,
      ],
      useFactory: (
        resolver: AudienceResolver,
        queue: FlushQueue,
        eraser: MemberEraser,
        rejectedEvents: RejectedEvents,
        activity: AudienceActivity,
        { ids: destinationIds }: Destinations,
      ) => new EventReceiver({ resolver, queue, eraser, rejectedEvents, activity, destinationIds }),
    },
    {
      provide: EventIntake,
      inject: [EventReceiver, RejectedEvents],
      useFactory: (receiver: EventReceiver, rejectedEvents: RejectedEvents) => {
        const logger = new Logger('Engage');
        const warn = (message: string): void => logger.warn(message);
        return new EventIntake({ receiver, rejectedEvents, now: () => Date.now(), warn });
      },
    },
    {
      provide: RejectedEventList,
      inject: [Database],
      useFactory: (database: Database) => new RejectedEventList(database),
    },
    {
      provide: RejectedEventWatch,
      inject: [Database],
      useFactory: (database: Database) => new RejectedEventWatch(database),
    },
    {
      provide: Replay,
      inject: [Database, Options, AudienceResolver, FlushQueue, MemberEraser, AudienceActivity],
      useFactory: (
        database: Database,
        { engage }: Options,
        resolver: AudienceResolver,
        queue: FlushQueue,
        eraser: MemberEraser,
        activity: AudienceActivity,
      ) => {
        const destinations = [...engage.destinations].map(([id, options]) => ({
          id,
          options,
          tokens: digestSecrets(options.tokens),
        }));
        const destinationIds = destinations.map(({ id }) => id);
        return new Replay(database, destinations, () => {
          const rejections = new ReplayRejections(database, engage);
          const parts = { resolver, queue, eraser, activity, destinationIds };
          return {
            receiver: new EventReceiver({ ...parts, rejectedEvents: rejections }),
            rejections,
          };
        });
      },
    },
  ],
  exports: [
    FlushQueue,
    HeldRequests,
    EventReceiver,
    RejectedEvents,
    RejectedEventList,
    RejectedEventWatch,
    Replay,
    Destinations,
  ],
})
export class EngageModule {}
