import { readFile, stat } from 'node:fs/promises';
import { Loop } from '../loop.js';
import { readBaseConfig } from './base-config.js';
import type { ConfigSource, SourceConfig } from './config-source.js';
import { SourceRecords } from './source-records.js';
import type { SourceStatus } from './source-status.js';

/**
 * The file is asked rather than watched: an atomic rename, the swap of a symlink and a network file
 * system all look the same to stat(), and a second is soon enough for a file.
 */
const LOOK_INTERVAL_MS = 1_000;

export interface FileSourceOptions {
  readonly path: string;
  readonly onError: (error: unknown) => void;
}

/** A config JSON in a file. */
export class FileSource implements ConfigSource {
  readonly firstLook: Promise<void>;
  private readonly loop: Loop;
  private markLooked: () => void;
  private onConfig: (config: SourceConfig) => void = () => {};
  /** What the file looked like when it was read last, good or bad. */
  private seen = '';
  private readonly records = new SourceRecords();
  private fetchedAt: Date | undefined;

  constructor(private readonly options: FileSourceOptions) {
    this.firstLook = new Promise((resolve) => {
      this.markLooked = resolve;
    });
    this.loop = new Loop({
      name: `file:${options.path}`,
      interval: LOOK_INTERVAL_MS,
      run: () => this.look().finally(this.markLooked),
      onError: options.onError,
    });
  }

  get status(): SourceStatus {
    const { records, fetchedAt } = this;
    return {
      mode: 'offline',
      type: 'file',
      status: records.health,
      records: records.lines,
      fetchedAt,
    };
  }

  start(onConfig: (config: SourceConfig) => void): void {
    this.onConfig = onConfig;
    this.loop.start();
  }

  async refresh(): Promise<void> {
    await this.read();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async look(): Promise<void> {
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(this.options.path);
    // ctime: a file that could not be read looks the same when its mode was mended, but for that.
    const looks = `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`;
    if (looks === this.seen) {
      return;
    }
    // Before reading: what is written meanwhile looks different again. A bad file is read once.
    this.seen = looks;
    await this.read();
  }

  private async read(): Promise<void> {
    const json = await readFile(this.options.path, 'utf8');
    this.onConfig({ base: readBaseConfig(json) });
  }
}
