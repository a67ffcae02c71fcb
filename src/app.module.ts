import { Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AdminModule } from './admin/admin.module.js';
import { AnalyticsModule } from './analytics/analytics.module.js';
import { AudiencesModule } from './audiences/audiences.module.js';
import { ConfigsModule } from './configs/configs.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EngageModule } from './engage/engage.module.js';
import { ENTITIES } from './entities.js';
import { Housekeeping } from './housekeeping.js';
import { LifeCycle } from './life-cycle.js';
import { LoopsModule } from './loops.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import type { Options } from './options/options.js';
import { OptionsModule } from './options/options.module.js';
import { ProxyModule } from './proxy/proxy.module.js';
import { SegmentsModule } from './segments/segments.module.js';
import { ServiceMetrics } from './service-metrics.js';
import { ServiceStatus } from './service-status.js';
import type { ServiceDatabase } from './service-database.js';

/** All rooms, over one database. */
@Module({})
export class AppModule {
  static forRoot(
    options: Options,
    { url, instancePid }: Omit<ServiceDatabase, 'stop'>,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ScheduleModule.forRoot(),
        LoopsModule,
        OptionsModule.forRoot(options),
        ObservabilityModule,
        DatabaseModule.forRoot({ url, instancePid, entities: ENTITIES }),
        AudiencesModule,
        SegmentsModule,
        ConfigsModule,
        EngageModule,
        AnalyticsModule,
        ProxyModule,
        AdminModule,
      ],
      providers: [LifeCycle, Housekeeping, ServiceStatus, ServiceMetrics],
    };
  }
}
