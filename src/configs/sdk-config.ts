import type { Audience } from '../audiences/audience.js';
import type { MembershipIndex } from '../audiences/membership-index.js';
import type { Buckets } from '../observability/buckets.js';
import type { Definitions } from '../segments/definitions.js';
import type { BaseConfig } from './base-config.js';
import { BuildSchedule } from './build-schedule.js';
import { compose, type Composition } from './composition.js';
import type { ConfigSource } from './config-source.js';
import { evaluable, type EvaluableConfig } from './evaluable-config.js';
import type { ListDelivery } from './list-delivery.js';
import type { ServedConfig } from './served-config.js';
import { ServedVersions } from './served-versions.js';
import type { SourceStatus } from './source-status.js';

export interface SdkConfigOptions {
  readonly id: string;
  readonly product: string;
  readonly audienceFlags: boolean;
  readonly publicUrl: string | undefined;
  readonly membershipAttribute: string;
}

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
  /** Resolves when the source was asked once, with whatever result. */
  readonly firstLoad: Promise<void>;
  private readonly builds: BuildSchedule;
  private readonly versions: ServedVersions;
  private readonly listeners: Array<() => void> = [];
  private base: { readonly config: BaseConfig | undefined } | undefined;
  private definitions: Definitions | undefined;
  private composition: Composition | undefined;
  private evaluableNow: EvaluableConfig | undefined;
  /** By the configs before this one. */
  private evaluatedBefore = 0;
  private hasLooked = false;

  constructor(
    readonly options: SdkConfigOptions,
    private readonly parts: SdkConfigParts,
  ) {
    this.builds = new BuildSchedule(() => this.build(), parts.onError);
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

  /** What the CDN serves now; undefined until it was built once. */
  get served(): ServedConfig | undefined {
    return this.versions.current;
  }

  /** How many flags were evaluated for somebody, with all configs so far. */
  get evaluations(): number {
    return this.evaluatedBefore + (this.evaluableNow?.compiled.evaluated ?? 0);
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

  /** Whether its source was asked once and what that gave is served, if it gave anything. */
  get isSettled(): boolean {
    return this.hasLooked && (this.base === undefined || this.served !== undefined);
  }

  /** Names of segments that the base has. */
  get baseSegmentNames(): readonly string[] {
    return this.base?.config?.config.s?.map((segment) => segment.n) ?? [];
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

  async stop(): Promise<void> {
    await Promise.all([this.parts.source.stop(), this.builds.stop()]);
    this.versions.stop();
  }

  define(definitions: Definitions): void {
    this.definitions = definitions;
    this.recompose();
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

  private async firstLook(): Promise<void> {
    await this.parts.source.firstLook;
    this.hasLooked = true;
  }

  private recompose(): void {
    if (this.base === undefined || this.definitions === undefined) {
      return;
    }
    const { product, audienceFlags, publicUrl, membershipAttribute } = this.options;
    const { segments, audiences: all, salt } = this.definitions;
    const audiences = new Map([...all].filter(([, audience]) => this.parts.sees(audience)));
    this.composition = compose({
      base: this.base.config,
      segments: segments.filter((segment) => segment.product === product),
      audiences,
      audienceFlags,
      salt,
      publicUrl,
    });
    this.evaluatedBefore = this.evaluations;
    this.evaluableNow = evaluable(this.composition, {
      audiences,
      membershipAttribute,
      index: this.parts.index,
    });
    this.listeners.forEach((listener) => listener());
    this.builds.request();
  }

  private async build(): Promise<void> {
    const { composition, base } = this;
    if (composition === undefined || this.evaluable === undefined) {
      return;
    }
    if (composition.verbatim !== undefined) {
      await this.versions.serve(composition.verbatim, base?.config?.etag);
      return;
    }
    const segments = await this.parts.delivery.complete(composition);
    await this.versions.serve(JSON.stringify({ ...composition.config, s: segments }));
  }
}
