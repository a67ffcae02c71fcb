import type { Audience } from '../audiences/audience.js';
import type { MembershipIndex } from '../audiences/membership-index.js';
import type { Buckets } from '../observability/buckets.js';
import { sameDefinitions, visible } from './visible-definitions.js';
import type { Definitions } from '../segments/definitions.js';
import type { Segment } from '../segments/segment.js';
import type { BaseConfig } from './base-config.js';
import { BuildSchedule, type AwaitElsewhere } from './build-schedule.js';
import { compose, type Composition } from './composition.js';
import type { ConfigSource } from './config-source.js';
import { evaluable, type EvaluableConfig } from './evaluable-config.js';
import type { DeliveredAs } from './delivery.js';
import type { ListDelivery } from './list-delivery.js';
import type { ServedConfig } from './served-config.js';
import { segmentUsage } from './segment-usage.js';
import { ServedVersions } from './served-versions.js';
import type { SourceStatus } from './source-status.js';
import type { StoredConfig, WantedConfig } from './stored-configs.js';

export interface SdkConfigOptions {
  readonly id: string;
  /** The SDK key that it may be asked by. */
  readonly key?: string | undefined;
  readonly product: string;
  readonly audienceFlags: boolean;
  readonly publicUrl: string | undefined;
  readonly membershipAttribute: string;
}

/** What a config is made of, and what evaluates it. */
export interface ComposedConfig {
  readonly composition: Composition;
  readonly config: EvaluableConfig;
}

/** A base config without segments is served before the definitions are known: nothing of them could be in it. */
const NO_DEFINITIONS: Definitions = { audiences: new Map(), segments: [], salt: '' };

export interface SdkConfigParts {
  readonly source: ConfigSource;
  readonly delivery: ListDelivery;
  /** Undefined until memberships were loaded once. */
  readonly index: () => MembershipIndex | undefined;
  /** Whether the SDK's product sees a destination's audiences. */
  readonly sees: (audience: Audience) => boolean;
  readonly onError: (error: unknown) => void;
}

/**
 * The config of one SDK id: what its source gave, with segments and audience flags in it. What
 * evaluates and what is served are each replaced whole.
 */
export class SdkConfig {
  /** Resolves when the source was asked once, with whatever result, and what it gave is served. */
  readonly firstLoad: Promise<void>;
  private readonly builds: BuildSchedule;
  private readonly versions: ServedVersions;
  private readonly listeners: Array<() => void> = [];
  private base: { readonly config: BaseConfig | undefined } | undefined;
  private definitions: Definitions | undefined;
  private composition: Composition | undefined;
  /** Of the composition, once somebody asked. */
  private usage: ReadonlyMap<string, readonly string[]> | undefined;
  /** Of the base that was composed. */
  private etag: string | undefined;
  private evaluableNow: EvaluableConfig | undefined;
  /** By the configs before this one. */
  private evaluatedBefore = 0;
  private hasLooked = false;

  constructor(
    readonly options: SdkConfigOptions,
    private readonly parts: SdkConfigParts,
  ) {
    this.builds = new BuildSchedule((awaitElsewhere) => this.build(awaitElsewhere), parts.onError);
    this.versions = new ServedVersions(parts.onError);
    this.firstLoad = this.firstLook();
  }

  /** What evaluates now; undefined where nothing was loaded yet, so nothing may be guessed. */
  get evaluable(): EvaluableConfig | undefined {
    const config = this.evaluableNow;
    return config?.needsMemberships === true && this.parts.index() === undefined
      ? undefined
      : config;
  }

  /** Whether nothing evaluates only because definitions or memberships were not loaded yet. */
  get isLoading(): boolean {
    if (this.base === undefined) return false;
    return this.definitions === undefined || this.parts.index() === undefined;
  }

  /** What the CDN serves now; undefined until it was built once. */
  get served(): ServedConfig | undefined {
    return this.versions.current;
  }

  /** How many flags were evaluated for somebody, with all configs so far. */
  get evaluations(): number {
    return this.evaluatedBefore + (this.evaluableNow?.compiled.evaluated ?? 0);
  }

  /** What it is made of, but its members; undefined until there is something. */
  get composed(): Composition | undefined {
    return this.composition;
  }

  /** The keys of the flags that refer to a stored segment. */
  flagsUsing(segmentId: string): readonly string[] {
    if (this.composition === undefined) return [];
    this.usage ??= segmentUsage(this.composition);
    return this.usage.get(segmentId) ?? [];
  }

  /**
   * The config as it would be with other segments, which is not served; undefined where nothing was
   * loaded yet.
   */
  with(change: (segments: readonly Segment[]) => readonly Segment[]): ComposedConfig | undefined {
    if (this.base === undefined || this.definitions === undefined) return undefined;
    const { definitions } = this;
    return this.composeOf(this.base.config, {
      ...definitions,
      segments: change(definitions.segments),
    });
  }

  /** How a stored segment reaches SDKs that evaluate alone; undefined: it does not, or not yet. */
  deliveredAs(segmentId: string): DeliveredAs | undefined {
    return this.parts.delivery.deliveredAs.get(segmentId);
  }

  /** How long it took to build what is served. */
  get buildSeconds(): Buckets {
    return this.builds.seconds;
  }

  /** Of segments whose list is near its limit, or past it. */
  get deliveryWarnings(): readonly string[] {
    return this.parts.delivery.warnings;
  }

  /** How its source is. */
  get status(): SourceStatus {
    return this.parts.source.status;
  }

  /** Whether `firstLoad` has resolved. */
  get isLoaded(): boolean {
    return this.hasLooked;
  }

  /** Whether its source was asked once and what that gave is served, if it gave anything. */
  get isSettled(): boolean {
    return this.hasLooked && (this.base === undefined || this.served !== undefined);
  }

  /** Names of segments that the base has. */
  get baseSegmentNames(): readonly string[] {
    return this.base?.config?.config.s?.map((segment) => segment.n) ?? [];
  }

  /** What its source would take of what replicas have stored. */
  get wanted(): WantedConfig | undefined {
    return this.parts.source.wanted;
  }

  /** Called after each replacement of what evaluates. */
  onReplace(listener: () => void): void {
    this.listeners.push(listener);
  }

  start(): void {
    this.parts.source.start(({ base }) => {
      this.base = { config: base };
      this.recompose();
    });
  }

  /** Something that replicas have stored. */
  offer(stored: StoredConfig): void {
    this.parts.source.offer(stored);
  }

  /**
   * Asks its source now; resolves when what came of it is served. Rejects with a reason fit for an
   * HTTP answer.
   */
  async refresh(): Promise<void> {
    await this.parts.source.refresh();
    await this.builds.settled();
  }

  async stop(): Promise<void> {
    await Promise.all([this.parts.source.stop(), this.builds.stop()]);
    this.versions.stop();
  }

  /** Does nothing where they change nothing that this SDK id shows. */
  define(definitions: Definitions): void {
    const { product } = this.options;
    const seen = visible(definitions, { product, sees: this.parts.sees });
    if (this.definitions !== undefined && sameDefinitions(this.definitions, seen)) {
      return;
    }
    this.definitions = seen;
    try {
      this.recompose();
    } catch (error) {
      this.parts.onError(error);
    }
  }

  membersLoaded(): void {
    this.listeners.forEach((listener) => listener());
    this.builds.request();
  }

  membersChanged(audienceIds: ReadonlySet<number>): void {
    if (this.composition && this.parts.delivery.showsChangesOf(audienceIds, this.composition)) {
      this.builds.request();
    }
  }

  /** How its segments are delivered was chosen by another replica, or is known for the first time. */
  deliveriesChosen(): void {
    this.builds.request();
  }

  /** An audience has other members: anybody may evaluate differently. */
  membersReplaced(audienceId: number): void {
    this.listeners.forEach((listener) => listener());
    this.membersChanged(new Set([audienceId]));
  }

  private async firstLook(): Promise<void> {
    await this.parts.source.firstLook;
    // Or the CDN would answer 500 to those who waited, a moment before it has the bytes.
    await this.builds.settled();
    this.hasLooked = true;
  }

  private recompose(): void {
    if (this.base === undefined || (this.definitions === undefined && !this.mayStandAlone)) {
      return;
    }
    const base = this.base.config;
    const { composition, config } = this.composeOf(base, this.definitions ?? NO_DEFINITIONS);
    if (this.definitions === undefined && config.needsMemberships) {
      return;
    }
    this.composition = composition;
    this.usage = undefined;
    this.etag = base?.etag;
    this.evaluatedBefore = this.evaluations;
    this.evaluableNow = config;
    this.listeners.forEach((listener) => listener());
    this.builds.request();
  }

  private composeOf(
    base: BaseConfig | undefined,
    { segments, audiences, salt }: Definitions,
  ): ComposedConfig {
    const { audienceFlags, publicUrl, membershipAttribute } = this.options;
    const composition = compose({ base, segments, audiences, audienceFlags, salt, publicUrl });
    const { index } = this.parts;
    const config = evaluable(composition, { audiences, membershipAttribute, index });
    return { composition, config };
  }

  /** Nothing of ours can be in it, whatever the definitions are; but it may read the membership attribute. */
  private get mayStandAlone(): boolean {
    const base = this.base?.config?.config;
    return base !== undefined && !this.options.audienceFlags && (base.s ?? []).length === 0;
  }

  private async build(awaitElsewhere: AwaitElsewhere): Promise<void> {
    const { composition, etag } = this;
    if (composition === undefined || this.evaluable === undefined) {
      return;
    }
    if (composition.verbatim !== undefined) {
      await this.versions.serve(composition.verbatim, etag);
      return;
    }
    const { delivery } = this.parts;
    if (composition.placed.size > 0 && !delivery.isReady) {
      return;
    }
    const segments = await delivery.complete(composition, awaitElsewhere);
    await this.versions.serve(JSON.stringify({ ...composition.config, s: segments }));
    // Served all the same, and built again in a second.
    if (delivery.failure !== undefined) throw delivery.failure;
  }
}
