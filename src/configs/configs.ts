import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Feed } from '../audiences/feed.js';
import type { Definitions, DefinitionStore } from '../segments/definitions.js';
import type { SdkConfig } from './sdk-config.js';
import type { StoredConfig, WantedConfig } from './stored-configs.js';

const SLICE_MS = 10;

/** The configs of all SDK ids, kept current. */
export class Configs {
  private readonly byKey = new Map<string, SdkConfig>();
  private definitions: Definitions | undefined;

  constructor(
    private readonly sdks: ReadonlyMap<string, SdkConfig>,
    definitions: DefinitionStore,
    feed: Feed,
  ) {
    for (const sdk of sdks.values()) {
      if (sdk.options.key !== undefined) this.byKey.set(hashed(sdk.options.key), sdk);
    }
    definitions.onChange((current) => void this.define(current));
    feed.listen({
      loaded: () => this.each((sdk) => sdk.membersLoaded()),
      changed: (changes) => {
        const audienceIds = new Set(changes.map((change) => change.audienceId));
        this.each((sdk) => sdk.membersChanged(audienceIds));
      },
      replaced: (audienceId) => this.each((sdk) => sdk.membersReplaced(audienceId)),
    });
  }

  get(sdkId: string): SdkConfig | undefined {
    return this.sdks.get(sdkId);
  }

  /** Found by the key's hash, so that how long it takes tells nothing of other keys. */
  findByKey(sdkKey: string): SdkConfig | undefined {
    return this.byKey.get(hashed(sdkKey));
  }

  /** Asks an SDK id's source now; see SdkConfig.refresh(). */
  async refresh(sdkId: string): Promise<void> {
    await this.get(sdkId)?.refresh();
  }

  /** What the sources would take of what replicas have stored. */
  get wanted(): readonly WantedConfig[] {
    return [...this.sdks.values()].flatMap((sdk) => sdk.wanted ?? []);
  }

  /** Takes what replicas have stored. */
  offer(stored: readonly StoredConfig[]): void {
    for (const config of stored) this.get(config.sdkId)?.offer(config);
  }

  get all(): Iterable<SdkConfig> {
    return this.sdks.values();
  }

  /** Whether each SDK id serves what its source gave, or has a source that gave nothing. */
  get areSettled(): boolean {
    return [...this.sdks.values()].every((sdk) => sdk.isSettled);
  }

  /** The keys of the flags that refer to a stored segment of the product, in any of its configs; sorted. */
  flagsUsing(product: string, segmentId: string): readonly string[] {
    const keys = new Set<string>();
    this.each((sdk) => {
      if (sdk.options.product === product)
        sdk.flagsUsing(segmentId).forEach((key) => keys.add(key));
    });
    return [...keys].toSorted();
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

  /** One SDK id may take 50 ms (at 10,000 audiences), so others get their turn between two of them. */
  private async define(definitions: Definitions): Promise<void> {
    this.definitions = definitions;
    let start = performance.now();
    for (const sdk of this.sdks.values()) {
      if (performance.now() - start > SLICE_MS) {
        await turn();
        start = performance.now();
      }
      if (this.definitions !== definitions) return;
      sdk.define(definitions);
    }
  }

  private each(work: (sdk: SdkConfig) => void): void {
    for (const sdk of this.sdks.values()) work(sdk);
  }
}

function hashed(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}
