import { Module, RequestMethod, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { ConfigsModule } from '../configs/configs.module.js';
import { EngageModule } from '../engage/engage.module.js';
import { Options } from '../options/options.js';
import { SegmentsModule } from '../segments/segments.module.js';
import { AdminTokens } from './admin-tokens.js';
import { Authentication } from './authentication.middleware.js';
import { JsonBody } from './json-body.middleware.js';
import { Products } from './products.js';
import { RejectedEventsController } from './rejected-events.controller.js';
import { SegmentsController } from './segments.controller.js';
import { WhoAmIController } from './whoami.controller.js';

/** Bodies of any size are read as they come. */
const STREAMED = 'admin/v1/audiences/:id/members/import';

/** What administrators ask (contracts/admin.md). */
@Module({
  imports: [AudiencesModule, SegmentsModule, ConfigsModule, EngageModule],
  controllers: [RejectedEventsController, SegmentsController, WhoAmIController],
  providers: [
    {
      provide: AdminTokens,
      inject: [Options],
      useFactory: ({ admin }: Options) => new AdminTokens(admin.tokens),
    },
    {
      provide: Products,
      inject: [Options],
      useFactory: (options: Options) => new Products(options),
    },
  ],
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
