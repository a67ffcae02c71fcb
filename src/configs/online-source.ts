import { Loop, type LoopRegistry } from '../loop.js';
import type { ConfigSource, SourceConfig } from './config-source.js';
import { fetched, fetchedAt, newer, type KeptConfig } from './kept-config.js';
import type { Poller, PollingLock } from './polling-lock.js';
import { consequence, type SourceLog } from './source-log.js';
import { SourceRecords } from './source-records.js';
import type { SourceStatus } from './source-status.js';
import { StoredConfigWriter } from './stored-config-writer.js';
import type { StoredConfig, StoredConfigs, WantedConfig } from './stored-configs.js';
import type { Upstream } from './upstream.js';
import { UpstreamError } from './upstream.error.js';
import { UpstreamTags } from './upstream-tags.js';

/** So that the fleet's replicas don't march in step where each asks for itself. */
const JITTER = 0.1;
/** With nothing to serve a minute, or however long the interval is, would be long. */
const FIRST_INTERVAL_MS = 5_000;
/** Another replica that polls, and has not seen anything good for so many intervals, is helped. */
const HELP_AFTER_INTERVALS = 3;

export interface OnlineSourceOptions {
  readonly sdkId: string;
  /** By sourceName(). */
  readonly source: string;
  /** Milliseconds. */
  readonly interval: number;
}

export interface OnlineSourceParts {
  readonly upstream: Pick<Upstream, 'fetch' | 'close'>;
  readonly stored: Pick<StoredConfigs, 'read' | 'write'>;
  readonly lock: Pick<PollingLock, 'pollerOf' | 'onGain'>;
  readonly log: SourceLog;
  /** Told when the database failed for another reason than being away. */
  readonly onDatabaseError: (error: unknown) => void;
  readonly loops: LoopRegistry | undefined;
}

/**
 * A config of ConfigCat's CDN. One replica polls and stores what it got; the others read that. Each
 * polls for itself while PostgreSQL is away, and any that is told to refresh asks at once.
 */
export class OnlineSource implements ConfigSource {
  readonly firstLook: Promise<void>;
  private markLooked: () => void;
  private readonly loop: Loop;
  private readonly records = new SourceRecords();
  private readonly abort = new AbortController();
  private onConfig: (config: SourceConfig) => void = () => {};
  private kept: KeptConfig | undefined;
  private fetching: Promise<void> | undefined;
  private readonly writer: StoredConfigWriter;
  private readonly tags = new UpstreamTags();

  constructor(
    private readonly options: OnlineSourceOptions,
    private readonly parts: OnlineSourceParts,
  ) {
    this.firstLook = new Promise((resolve) => {
      this.markLooked = resolve;
    });
    this.writer = new StoredConfigWriter(parts.stored, options, parts.onDatabaseError);
    this.loop = new Loop({
      name: `config ${options.sdkId}`,
      interval: () =>
        this.kept === undefined ? Math.min(options.interval, FIRST_INTERVAL_MS) : options.interval,
      jitter: JITTER,
      run: () => this.look().finally(this.markLooked),
      // Told where it happened, with what it means.
      onError: () => {},
      ...(parts.loops && { registry: parts.loops }),
    });
    parts.lock.onGain((source) => {
      if (source === options.source) this.loop.wake();
    });
  }

  get status(): SourceStatus {
    return {
      mode: 'online',
      type: this.kept?.isStored === true ? 'cache' : 'remote',
      status: this.records.health,
      records: this.records.lines,
      fetchedAt: fetchedAt(this.kept),
    };
  }

  get wanted(): WantedConfig {
    const { sdkId, source } = this.options;
    return { sdkId, source, content: this.kept?.content };
  }

  offer(stored: StoredConfig): void {
    try {
      this.keep(newer(this.kept, stored, performance.now()));
    } catch (error) {
      this.parts.log.failure(`The stored config can't be used: ${textOf(error)}`);
    }
  }

  start(onConfig: (config: SourceConfig) => void): void {
    this.onConfig = onConfig;
    this.loop.start();
  }

  refresh(): Promise<void> {
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.loop.stop();
    await this.fetching?.catch(() => {});
    await this.writer.stop();
    this.parts.upstream.close();
  }

  private async look(): Promise<void> {
    this.writer.retry();
    const poller = await this.parts.lock.pollerOf(this.options.source);
    if (poller === 'another' || (poller === 'this' && this.kept === undefined)) {
      await this.readStored();
    }
    if (this.isToAsk(poller)) await this.refresh();
  }

  private isToAsk(poller: Poller): boolean {
    if (poller !== 'another' || this.kept === undefined) return true;
    const age = performance.now() - this.kept.at;
    if (age < HELP_AFTER_INTERVALS * this.options.interval) {
      this.records.ok('config from cache not modified');
      return false;
    }
    return true;
  }

  private async readStored(): Promise<void> {
    try {
      const [stored] = await this.parts.stored.read([this.wanted]);
      if (stored !== undefined) this.offer(stored);
    } catch (error) {
      this.parts.onDatabaseError(error);
    }
  }

  private async fetch(): Promise<void> {
    const known = this.kept;
    // The answer tells of a moment after this one, and may come when a newer one was stored already.
    const at = performance.now();
    try {
      const answer = await this.parts.upstream.fetch(known?.base.etag, this.abort.signal);
      this.records.ok(answer.kind === 'config' ? 'config fetched' : 'config not modified');
      if (answer.kind === 'config') this.keep(fetched(this.tags.verified(answer.base, known), at));
      else if (known !== undefined) this.keep({ ...known, at, isStored: false });
    } catch (error) {
      if (!this.abort.signal.aborted) this.tell(error);
      throw error;
    }
    if (this.kept !== undefined) this.writer.write(this.kept);
  }

  private keep(next: KeptConfig | undefined): void {
    const before = this.kept;
    if (next === undefined || (before !== undefined && before.at > next.at)) {
      return;
    }
    this.kept = next;
    if (next.content === before?.content) {
      return;
    }
    if (next.isStored) this.records.ok('config from cache reloaded');
    this.onConfig({ base: next.base });
    this.markLooked();
  }

  private tell(error: unknown): void {
    const record = error instanceof UpstreamError ? error.record : 'config fetch failed';
    this.records.error(record);
    this.parts.log.failure(`${textOf(error)} ${consequence(this.kept !== undefined)}`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
