import { Module } from '@nestjs/common';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { Feed } from '../audiences/feed.js';
import { Configs } from '../configs/configs.js';
import { ConfigsModule } from '../configs/configs.module.js';
import { Options } from '../options/options.js';
import { DefinitionStore } from '../segments/definitions.js';
import { SegmentsModule } from '../segments/segments.module.js';
import { ApiController } from './api.controller.js';
import { CdnController } from './cdn.controller.js';
import { HealthController } from './health.controller.js';
import { HookController } from './hook.controller.js';
import { HookTestController } from './hook-test.controller.js';
import { MetricsController } from './metrics.controller.js';
import { OfrepController } from './ofrep.controller.js';
import { ProxyErrorLog } from './proxy-error-log.js';
import { QuestionReader } from './question-reader.js';
import { RouteTables } from './route-tables.js';
import { SdkLookup } from './sdk-lookup.js';
import { SseController } from './sse.controller.js';
import { StatusController } from './status.controller.js';
import { Streams } from './streams.js';
import { TimeSlices } from './time-slices.js';
import { UserController } from './user.controller.js';
import { Watchers } from './watchers.js';

/** What applications and SDKs ask. */
@Module({
  imports: [AudiencesModule, SegmentsModule, ConfigsModule, AnalyticsModule],
  controllers: [
    CdnController,
    ApiController,
    UserController,
    SseController,
    OfrepController,
    HookController,
    HookTestController,
    HealthController,
    StatusController,
    MetricsController,
  ],
  providers: [
    {
      provide: Watchers,
      inject: [Configs, TimeSlices, Feed, DefinitionStore],
      useFactory: (
        configs: Configs,
        slices: TimeSlices,
        feed: Feed,
        definitions: DefinitionStore,
      ) => {
        const watchers = new Watchers({
          configs,
          slices,
          attributeOf: (audienceId) => definitions.current?.audiences.get(audienceId)?.attribute,
        });
        feed.listen({
          changed: (changes) => watchers.membersChanged(changes),
          // Configs announce themselves anew after either.
          loaded: () => {},
          replaced: () => {},
        });
        return watchers;
      },
    },
    {
      provide: Streams,
      inject: [Options, TimeSlices],
      useFactory: ({ http: { sse } }: Options, slices: TimeSlices) =>
        new Streams({
          heartBeatInterval: sse.heartBeatInterval,
          limits: { inAll: sse.maxConnections, perAddress: sse.maxConnectionsPerIp },
          slices,
        }),
    },
    // One for all: two would hold a turn of the event loop twice as long.
    { provide: TimeSlices, useFactory: () => new TimeSlices() },
    SdkLookup,
    QuestionReader,
    ProxyErrorLog,
    RouteTables,
  ],
  exports: [RouteTables, Streams],
})
export class ProxyModule {}
