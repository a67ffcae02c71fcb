import type { Feed } from '../audiences/feed.js';
import type { Definitions, DefinitionStore } from '../segments/definitions.js';
import type { SdkConfig } from './sdk-config.js';

/** The configs of all SDK ids, kept current. */
export class Configs {
  constructor(
    private readonly sdks: ReadonlyMap<string, SdkConfig>,
    definitions: DefinitionStore,
    feed: Feed,
  ) {
    definitions.onChange((current) => this.define(current));
    feed.listen({
      loaded: () => this.each((sdk) => sdk.membersLoaded()),
      changed: (changes) => {
        const audienceIds = new Set(changes.map((change) => change.audienceId));
        this.each((sdk) => sdk.membersChanged(audienceIds));
      },
    });
  }

  get(sdkId: string): SdkConfig | undefined {
    return this.sdks.get(sdkId);
  }

  get all(): Iterable<SdkConfig> {
    return this.sdks.values();
  }

  /** Whether each SDK id serves what its source gave, or has a source that gave nothing. */
  get areSettled(): boolean {
    return [...this.sdks.values()].every((sdk) => sdk.isSettled);
  }

  /** Names of segments in the base configs of a product. */
  baseSegmentNames(product: string): ReadonlySet<string> {
    const names = new Set<string>();
    this.each((sdk) => {
      if (sdk.options.product === product) sdk.baseSegmentNames.forEach((name) => names.add(name));
    });
    return names;
  }

  start(): void {
    this.each((sdk) => sdk.start());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sdks.values()].map((sdk) => sdk.stop()));
  }

  private define(definitions: Definitions): void {
    this.each((sdk) => sdk.define(definitions));
  }

  private each(work: (sdk: SdkConfig) => void): void {
    for (const sdk of this.sdks.values()) work(sdk);
  }
}
