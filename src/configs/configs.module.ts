import { Logger, Module } from '@nestjs/common';
import type { Audience } from '../audiences/audience.js';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { Feed } from '../audiences/feed.js';
import { MemberLists } from '../audiences/member-lists.js';
import { databaseErrorLog } from '../database/database-log.js';
import { Readiness } from '../observability/readiness.js';
import { ErrorLog } from '../observability/error-log.js';
import { Options } from '../options/options.js';
import type { SdkOptions } from '../options/sdk.options.js';
import { DefinitionStore } from '../segments/definitions.js';
import { SegmentStore } from '../segments/segment-store.js';
import { SegmentsModule } from '../segments/segments.module.js';
import { Configs } from './configs.js';
import { ListDelivery } from './list-delivery.js';
import { SdkConfig } from './sdk-config.js';
import { sourceOf } from './source-of.js';

/** The configs that SDK ids are served. */
@Module({
  imports: [AudiencesModule, SegmentsModule],
  providers: [
    {
      provide: Configs,
      inject: [Options, Feed, MemberLists, DefinitionStore, SegmentStore, Readiness],
      useFactory: (
        options: Options,
        feed: Feed,
        lists: MemberLists,
        definitions: DefinitionStore,
        segments: SegmentStore,
        readiness: Readiness,
      ) => {
        const sdks = [...options.sdks].map(
          ([id, sdk]) => [id, sdkConfig(id, sdk, { options, feed, lists })] as const,
        );
        const configs = new Configs(new Map(sdks), definitions, feed);
        segments.reserveNames((product) => configs.baseSegmentNames(product));
        readiness.require('configs', () => configs.areSettled);
        return configs;
      },
    },
  ],
  exports: [Configs],
})
export class ConfigsModule {}

function sdkConfig(
  id: string,
  sdk: SdkOptions,
  { options, feed, lists }: { options: Options; feed: Feed; lists: MemberLists },
): SdkConfig {
  const { membershipAttribute } = options.segments;
  // A file that is missing is looked for each second.
  const logger = new Logger(`Config ${id}`);
  const sourceLog = new ErrorLog(logger, String);
  return new SdkConfig(
    {
      id,
      product: sdk.product,
      audienceFlags: sdk.audienceFlags,
      publicUrl: options.http.publicUrl?.replace(/\/$/, ''),
      membershipAttribute,
    },
    {
      source: sourceOf(sdk.source, sourceLog.report),
      delivery: new ListDelivery(
        { lists, count: (audienceId) => feed.index?.count(audienceId) ?? 0 },
        options.segments,
        (message) => logger.warn(message),
      ),
      index: () => feed.index,
      sees: ({ destination }: Audience) =>
        options.engage.destinations.get(destination)?.products.includes(sdk.product) ?? false,
      onError: databaseErrorLog(`Config ${id}`),
    },
  );
}
