import { createHash } from 'node:crypto';
import { Loop, type LoopRegistry } from '../loop.js';
import { configText, readBaseConfig } from './base-config.js';
import type { ConfigSource, SourceConfig } from './config-source.js';
import { fetched, fetchedAt, newer, type KeptConfig } from './kept-config.js';
import { consequence, type SourceLog } from './source-log.js';
import { FileSourceError, SourceFile, type SourceFileSettings } from './source-file.js';
import { SourceRecords } from './source-records.js';
import type { SourceStatus } from './source-status.js';
import { StoredConfigWriter } from './stored-config-writer.js';
import type { StoredConfig, StoredConfigs, WantedConfig } from './stored-configs.js';

/**
 * The file is asked rather than watched: an atomic rename, the swap of a symlink and a network file
 * system all look the same to stat(), and a second is soon enough for a file.
 */
const LOOK_INTERVAL_MS = 1_000;
const UNTIL_THEN =
  'Until it is good, what was read from it last is served, if PostgreSQL has that; else requests are ' +
  'answered 500.';

export interface FileSourceOptions {
  readonly sdkId: string;
  readonly source: string;
  readonly path: string;
  /** Milliseconds between two readings, whatever the file looks like; undefined: read when it looks changed. */
  readonly pollInterval: number | undefined;
}

export interface FileSourceParts extends SourceFileSettings {
  readonly stored: Pick<StoredConfigs, 'write'>;
  readonly log: SourceLog;
  readonly onDatabaseError: (error: unknown) => void;
  readonly loops: LoopRegistry | undefined;
}

/** A config JSON in a file. Stored for a start at which the file is missing or bad; else the file decides. */
export class FileSource implements ConfigSource {
  readonly firstLook: Promise<void>;
  private readonly loop: Loop;
  /** A bad file stays bad until somebody mends it: one error is enough. */
  private readonly records = new SourceRecords(1);
  private markLooked: () => void;
  private onConfig: (config: SourceConfig) => void = () => {};
  private kept: KeptConfig | undefined;
  /** What the file looked like when it was read last; undefined: it is to be read. */
  private seen: string | undefined;
  /** Hash of what was read last, good or bad. */
  private lastRead: string | undefined;
  private reading: Promise<void> | undefined;
  private readonly writer: StoredConfigWriter;
  private readonly file: SourceFile;

  constructor(
    private readonly options: FileSourceOptions,
    private readonly parts: FileSourceParts,
  ) {
    this.firstLook = new Promise((resolve) => {
      this.markLooked = resolve;
    });
    this.file = new SourceFile(options.path, parts);
    this.writer = new StoredConfigWriter(parts.stored, options, parts.onDatabaseError);
    this.loop = new Loop({
      name: `config ${options.sdkId}`,
      interval: options.pollInterval ?? LOOK_INTERVAL_MS,
      run: () => this.look().finally(this.markLooked),
      onError: (error) => this.tell(error),
      ...(parts.loops && { registry: parts.loops }),
    });
  }

  get status(): SourceStatus {
    return {
      mode: 'offline',
      type: this.kept?.isStored === true ? 'cache' : 'file',
      status: this.records.health,
      records: this.records.lines,
      fetchedAt: fetchedAt(this.kept),
    };
  }

  get wanted(): WantedConfig | undefined {
    const { sdkId, source } = this.options;
    const isOwn = this.kept !== undefined && !this.kept.isStored;
    return isOwn ? undefined : { sdkId, source, content: this.kept?.content };
  }

  offer(stored: StoredConfig): void {
    if (this.wanted === undefined || stored.content === this.kept?.content) {
      return;
    }
    try {
      const next = newer(undefined, stored, performance.now());
      if (next !== undefined) this.serveStored(next);
    } catch (error) {
      this.parts.log.failure(`The stored config can't be used: ${textOf(error)}`);
    }
  }

  start(onConfig: (config: SourceConfig) => void): void {
    this.onConfig = onConfig;
    this.loop.start();
  }

  async refresh(): Promise<void> {
    // Good or bad, it is told anew.
    this.lastRead = undefined;
    try {
      await this.read();
    } catch (error) {
      if (!this.file.isClosed) this.tell(error);
      throw error;
    }
  }

  async stop(): Promise<void> {
    const stopped = this.loop.stop();
    this.file.close();
    await stopped;
    await this.reading?.catch(() => {});
    await this.writer.stop();
  }

  private async look(): Promise<void> {
    this.writer.retry();
    const looks = this.options.pollInterval === undefined ? await this.file.looks() : undefined;
    if (looks !== undefined && looks.text === this.seen) {
      return;
    }
    this.seen = undefined;
    await this.read();
    // Who wrote to it so shortly before may do so again, and leave size and times as they are.
    if (looks !== undefined && Date.now() - looks.changedAt > LOOK_INTERVAL_MS) {
      this.seen = looks.text;
    }
  }

  private read(): Promise<void> {
    this.reading ??= this.readFile().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readFile(): Promise<void> {
    const at = performance.now();
    const bytes = await this.file.bytes();
    const hash = createHash('sha256').update(bytes).digest('base64');
    if (hash === this.lastRead) {
      return;
    }
    this.lastRead = hash;
    const next = fetched(readBaseConfig(configText(bytes)), at);
    const before = this.kept;
    this.kept = next;
    if (next.content === before?.content) {
      this.records.ok('config from file not modified');
    } else {
      this.records.ok('file source reloaded');
      this.onConfig({ base: next.base });
    }
    this.writer.write(next);
  }

  private serveStored(next: KeptConfig): void {
    this.kept = next;
    this.records.fallback('config from cache reloaded');
    this.parts.log.event(
      `${this.options.path} can't be used, so what was read from it last is served, of ` +
        `${fetchedAt(next)?.toISOString() ?? ''}, as PostgreSQL has it.`,
    );
    this.onConfig({ base: next.base });
  }

  private tell(error: unknown): void {
    const isUnreadable = error instanceof FileSourceError;
    // When it is back, it is judged anew, also where it is what it was.
    if (isUnreadable) this.lastRead = this.seen = undefined;
    const record = isUnreadable ? 'failed to read file' : 'failed to parse JSON from file';
    if (!this.records.saidLast(record)) this.records.error(record);
    // What PostgreSQL has is offered a moment after the start, or when it can be reached.
    const then = this.kept === undefined ? UNTIL_THEN : consequence(true);
    this.parts.log.failure(`${this.options.path} can't be used: ${textOf(error)} ${then}`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
