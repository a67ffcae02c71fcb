import { Logger, Module } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { Feed } from '../audiences/feed.js';
import { Configs } from '../configs/configs.js';
import { ConfigsModule } from '../configs/configs.module.js';
import type { User } from '../evaluation/user.js';
import { ErrorLog } from '../observability/error-log.js';
import { Readiness } from '../observability/readiness.js';
import { Options } from '../options/options.js';
import { DefinitionStore } from '../segments/definitions.js';
import { SegmentsModule } from '../segments/segments.module.js';
import { Api } from './api.js';
import { Cdn } from './cdn.js';
import { Health } from './health.js';
import { grouped } from './grouped.js';
import { RouteTable } from './route-table.js';
import { SdkLookup } from './sdk-lookup.js';
import { Sse } from './sse.js';
import { Streams } from './streams.js';
import { Watchers } from './watchers.js';

/** What applications and SDKs ask. */
@Module({
  imports: [AudiencesModule, SegmentsModule, ConfigsModule],
  providers: [
    {
      provide: Watchers,
      inject: [Configs, Feed, DefinitionStore],
      useFactory: (configs: Configs, feed: Feed, definitions: DefinitionStore) => {
        const watchers = new Watchers(
          configs,
          (audienceId) => definitions.current?.audiences.get(audienceId)?.attribute,
        );
        feed.listen({
          changed: (changes) => watchers.membersChanged(changes),
          // Configs announce themselves anew after a load.
          loaded: () => {},
        });
        return watchers;
      },
    },
    {
      provide: Streams,
      inject: [Options],
      useFactory: ({ http }: Options) => new Streams(http.sse.heartBeatInterval),
    },
    {
      provide: Health,
      inject: [Readiness],
      useFactory: (readiness: Readiness) => new Health(readiness),
    },
    {
      provide: RouteTable,
      inject: [Options, Configs, Health, Watchers, Streams],
      useFactory: (
        options: Options,
        configs: Configs,
        health: Health,
        watchers: Watchers,
        streams: Streams,
      ) => {
        const { http } = options;
        const sdks = new SdkLookup(configs);
        const defaultAttributes = (sdkId: string): readonly User[] => [
          options.defaultUserAttributes,
          options.sdks.get(sdkId)?.defaultUserAttributes ?? {},
        ];
        const onError = new ErrorLog(new Logger('Proxy'), describe).report;
        return new RouteTable({
          health,
          cdn: grouped(http.cdnProxy, new Cdn(sdks)),
          api: grouped(http.api, new Api(sdks, { defaultAttributes, onError }), [
            'X-ConfigCat-SdkKey',
          ]),
          sse: grouped(http.sse, new Sse({ sdks, watchers, streams, defaultAttributes })),
          onError,
        });
      },
    },
  ],
  exports: [RouteTable, Health, Streams],
})
export class ProxyModule {}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
