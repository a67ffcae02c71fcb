import { Logger, Module } from '@nestjs/common';
import type { Audience } from '../audiences/audience.js';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { Feed } from '../audiences/feed.js';
import { MemberLists } from '../audiences/member-lists.js';
import { databaseErrorLog } from '../database/database-log.js';
import { Database } from '../database/database.js';
import { Revision } from '../database/revision.js';
import { LoopRegistry } from '../loop.js';
import { Readiness } from '../observability/readiness.js';
import { Options } from '../options/options.js';
import type { SdkOptions } from '../options/sdk.options.js';
import { ChangePlaces } from '../outbox/change-places.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { Outbox } from '../outbox/outbox.js';
import { DefinitionStore } from '../segments/definitions.js';
import { SegmentStore } from '../segments/segment-store.js';
import { SegmentsModule } from '../segments/segments.module.js';
import { ConfigChanges } from './config-changes.js';
import { ConfigSources } from './config-sources.js';
import { Configs } from './configs.js';
import { ListDelivery } from './list-delivery.js';
import { PollingLock } from './polling-lock.js';
import { SdkConfig } from './sdk-config.js';
import { SizePosition } from './size-position.js';
import { sourceName } from './source-name.js';
import { StoredConfigs } from './stored-configs.js';
import { StoredDeliveries } from './stored-deliveries.js';

/** The configs that SDK ids are served. */
@Module({
  imports: [AudiencesModule, SegmentsModule, OutboxModule],
  providers: [
    {
      provide: StoredConfigs,
      inject: [Database, Outbox, ChangePlaces],
      useFactory: (database: Database, outbox: Outbox, places: ChangePlaces) =>
        new StoredConfigs(database, { changes: new ConfigChanges(database, outbox, places) }),
    },
    {
      provide: PollingLock,
      inject: [Database, Options, LoopRegistry],
      useFactory: (database: Database, { sdks }: Options, loops: LoopRegistry) => {
        const online = [...sdks.values()].filter(({ source }) => source.kind === 'online');
        const names = online.flatMap((sdk) => sourceName(sdk.source, sdk.baseUrl) ?? []);
        return new PollingLock(database, names, databaseErrorLog('Config'), { loops });
      },
    },
    {
      provide: ConfigSources,
      inject: [Options, StoredConfigs, PollingLock, LoopRegistry],
      useFactory: (
        { httpProxy }: Options,
        stored: StoredConfigs,
        lock: PollingLock,
        loops: LoopRegistry,
      ) => new ConfigSources({ stored, lock, loops, proxyUrl: httpProxy.url }),
    },
    {
      provide: StoredDeliveries,
      inject: [Database, Options, Feed, Revision],
      useFactory: (
        database: Database,
        { sdks, segments }: Options,
        feed: Feed,
        revision: Revision,
      ) => {
        const sizes = new SizePosition(feed);
        const { inlineLimit, inlineTotal } = segments;
        const settings = { sdkIds: [...sdks.keys()], inlineLimit, inlineTotal };
        const deliveries = new StoredDeliveries(database, settings, () => sizes.current);
        // Before the definitions, so that nothing is built by these and older choices.
        revision.onChange(() => deliveries.read());
        return deliveries;
      },
    },
    {
      provide: Configs,
      inject: [
        Options,
        Feed,
        MemberLists,
        DefinitionStore,
        SegmentStore,
        Readiness,
        ConfigSources,
        StoredDeliveries,
      ],
      useFactory: (
        options: Options,
        feed: Feed,
        lists: MemberLists,
        definitions: DefinitionStore,
        segments: SegmentStore,
        readiness: Readiness,
        sources: ConfigSources,
        deliveries: StoredDeliveries,
      ) => {
        const parts = { options, feed, lists, sources, deliveries };
        const sdks = [...options.sdks].map(([id, sdk]) => [id, sdkConfig(id, sdk, parts)] as const);
        const configs = new Configs(new Map(sdks), definitions, feed);
        deliveries.onChange((sdkId) => configs.get(sdkId)?.deliveriesChosen());
        segments.reserveNames((product) => configs.baseSegmentNames(product));
        readiness.require('configs', () => configs.areSettled);
        return configs;
      },
    },
  ],
  exports: [Configs, PollingLock, StoredConfigs],
})
export class ConfigsModule {}

function sdkConfig(
  id: string,
  sdk: SdkOptions,
  {
    options,
    feed,
    lists,
    sources,
    deliveries,
  }: {
    options: Options;
    feed: Feed;
    lists: MemberLists;
    sources: ConfigSources;
    deliveries: StoredDeliveries;
  },
): SdkConfig {
  const { membershipAttribute } = options.segments;
  const logger = new Logger(`Config ${id}`);
  return new SdkConfig(
    {
      id,
      key: sdk.key,
      product: sdk.product,
      audienceFlags: sdk.audienceFlags,
      publicUrl: options.http.publicUrl?.replace(/\/$/, ''),
      membershipAttribute,
    },
    {
      source: sources.of(id, sdk),
      delivery: new ListDelivery(
        { lists, count: (audienceId) => feed.index?.count(audienceId) ?? 0 },
        options.segments,
        (message) => logger.warn(message),
        deliveries.of(id),
      ),
      index: () => feed.index,
      sees: ({ destination }: Audience) =>
        options.engage.destinations.get(destination)?.products.includes(sdk.product) ?? false,
      onError: databaseErrorLog(`Config ${id}`),
    },
  );
}
