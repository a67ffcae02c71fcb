import { Module, RequestMethod, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { Feed } from '../audiences/feed.js';
import { MemberPages } from '../audiences/member-pages.js';
import { Configs } from '../configs/configs.js';
import { ConfigsModule } from '../configs/configs.module.js';
import { databaseErrorLog } from '../database/database-log.js';
import { EngageModule } from '../engage/engage.module.js';
import { RejectedEventWatch } from '../engage/rejected-event-watch.js';
import { LoopRegistry } from '../loop.js';
import { Options } from '../options/options.js';
import { DefinitionStore } from '../segments/definitions.js';
import { SegmentsModule } from '../segments/segments.module.js';
import { AdminTokens } from './admin-tokens.js';
import { AudienceMembersController } from './audience-members.controller.js';
import { AudiencesController } from './audiences.controller.js';
import { Authentication } from './authentication.middleware.js';
import { EventsController } from './events.controller.js';
import { AdminEvents } from './events.js';
import { JsonBody } from './json-body.middleware.js';
import { MemberImportController } from './member-import.controller.js';
import { MembersController } from './members.controller.js';
import { PreviewController } from './preview.controller.js';
import { Products } from './products.js';
import { RejectedEventsController } from './rejected-events.controller.js';
import { SdksController } from './sdks.controller.js';
import { SegmentPreview } from './segment-preview.js';
import { SegmentsController } from './segments.controller.js';
import { WhoAmIController } from './whoami.controller.js';

/** Bodies of any size are read as they come. */
const STREAMED = 'admin/v1/audiences/:id/members/import';

/** What administrators ask (contracts/admin.md). */
@Module({
  imports: [AudiencesModule, SegmentsModule, ConfigsModule, EngageModule],
  controllers: [
    AudiencesController,
    AudienceMembersController,
    EventsController,
    MemberImportController,
    MembersController,
    PreviewController,
    RejectedEventsController,
    SdksController,
    SegmentsController,
    WhoAmIController,
  ],
  providers: [
    {
      provide: AdminTokens,
      inject: [Options],
      useFactory: ({ admin }: Options) => new AdminTokens(admin.tokens),
    },
    {
      provide: SegmentPreview,
      inject: [Configs, MemberPages, Feed, Options],
      useFactory: (configs: Configs, pages: MemberPages, feed: Feed, { sdks }: Options) =>
        new SegmentPreview({
          configs,
          pages,
          index: () => feed.index,
          defaultsOf: (sdkId) => sdks.get(sdkId)?.mergedUserAttributes ?? {},
        }),
    },
    {
      provide: Products,
      inject: [Options],
      useFactory: (options: Options) => new Products(options),
    },
    {
      provide: AdminEvents,
      inject: [Feed, DefinitionStore, Configs, RejectedEventWatch, LoopRegistry],
      useFactory: (
        feed: Feed,
        definitions: DefinitionStore,
        configs: Configs,
        rejections: RejectedEventWatch,
        loops: LoopRegistry,
      ) =>
        new AdminEvents({
          feed,
          definitions,
          configs,
          rejections,
          name: randomUUID().slice(0, 8),
          onError: databaseErrorLog('AdminEvents'),
          loops,
        }),
    },
  ],
  exports: [AdminEvents],
})
export class AdminModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(Authentication).forRoutes('admin/v1/*path');
    consumer
      .apply(JsonBody)
      .exclude({ path: STREAMED, method: RequestMethod.POST })
      .forRoutes('admin/v1/*path');
  }
}
