import { beforeEach, describe, expect, it } from 'vitest';
import { quietFeed } from '../../test/support/feed.js';
import { testDatabase } from '../../test/support/template.js';
import { AudienceStore } from '../audiences/audience-store.js';
import { MemberLists } from '../audiences/member-lists.js';
import { DefinitionStore } from '../segments/definitions.js';
import { SegmentStore } from '../segments/segment-store.js';
import { Configs } from './configs.js';
import type { ConfigSource } from './config-source.js';
import { ListDelivery } from './list-delivery.js';
import { NoSource } from './no-source.js';
import { SdkConfig } from './sdk-config.js';
import type { StoredConfig } from './stored-configs.js';

/** Never connected: nothing here is stored. */
const database = testDatabase('postgres://127.0.0.1:1/none');
const DELIVERY = {
  delivery: 'auto',
  inlineLimit: 1,
  inlineTotal: 1,
  membershipAttribute: 'a',
} as const;
const stored = (sdkId: string): StoredConfig => ({
  sdkId,
  content: 'content',
  etag: undefined,
  json: '{}',
  age: 0,
});

/** A source that notes what it is asked and offered. */
class NotedSource extends NoSource implements ConfigSource {
  readonly asked: string[] = [];

  override offer(): void {
    this.asked.push('offer');
  }

  override refresh(): Promise<void> {
    this.asked.push('refresh');
    return Promise.resolve();
  }
}

describe('the configs of all SDK ids', () => {
  let sources: Map<string, NotedSource>;
  let configs: Configs;

  beforeEach(() => {
    const feed = quietFeed(database);
    sources = new Map([
      ['named', new NotedSource()],
      ['other', new NotedSource()],
    ]);
    const sdks = [...sources].map(([id, source]) => {
      const key = id === 'named' ? 'sdk key/of it' : undefined;
      const options = {
        id,
        key,
        product: 'default',
        audienceFlags: false,
        publicUrl: undefined,
        membershipAttribute: 'audiences',
      };
      const parts = {
        source,
        delivery: new ListDelivery(
          { lists: new MemberLists(database, feed), count: () => 0 },
          DELIVERY,
        ),
        index: () => undefined,
        sees: () => true,
        onError: () => {},
      };
      return [id, new SdkConfig(options, parts)] as const;
    });
    const definitions = new DefinitionStore(
      database,
      new AudienceStore({ maxAudiences: 1 }),
      new SegmentStore(),
    );
    configs = new Configs(new Map(sdks), definitions, feed);
  });

  it('are found by id, and by key where there is one', () => {
    expect(configs.findByKey('sdk key/of it')).toBe(configs.get('named'));
    expect(configs.findByKey('sdk key/of')).toBeUndefined();
    expect(configs.findByKey('')).toBeUndefined();
    expect(configs.findByKey('named')).toBeUndefined();
  });

  it('are each refreshed and offered what is stored for it alone', async () => {
    await configs.refresh('named');
    await configs.refresh('unknown');
    configs.offer([stored('other'), stored('unknown')]);
    expect(sources.get('named')?.asked).toEqual(['refresh']);
    expect(sources.get('other')?.asked).toEqual(['offer']);
  });
});
