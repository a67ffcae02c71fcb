import { readFile, stat } from 'node:fs/promises';
import { AudienceSyncError } from '../error.js';
import { MAX_CONFIG_BYTES } from '../evaluation/config.js';
import { fileThreads } from './source-file-threads.js';

/** A mount that hangs answers nothing, not even an error. Long beside 32 MB over a slow network. */
const DEADLINE_MS = 10_000;

/** The reason is fit for an HTTP answer: without the path. */
export class FileSourceError extends AudienceSyncError {
  readonly code = 'file_source_failed';
}

/** The part of `node:fs/promises` that this needs. */
export interface FileSystem {
  readonly stat: (path: string) => Promise<FileStats>;
  readonly readFile: (path: string) => Promise<Buffer>;
}

export interface FileStats {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  isFile(): boolean;
}

/** While the text stays, the file is as good as sure to be the same. */
export interface FileLooks {
  readonly text: string;
  /** On the calendar's clock, in milliseconds. */
  readonly changedAt: number;
}

export interface SourceFileSettings {
  readonly files?: FileSystem | undefined;
  /** Milliseconds. */
  readonly deadline?: number | undefined;
}

/** The file that a config comes from. Whatever is wrong with it or its mount is told in time. */
export class SourceFile {
  private readonly files: FileSystem;
  private readonly deadline: number;
  private readonly closing = new AbortController();
  /** What was asked of it so far has ended. */
  private idle: Promise<unknown> = Promise.resolve();
  private isHanging = false;

  constructor(
    private readonly path: string,
    { files = { stat, readFile }, deadline = DEADLINE_MS }: SourceFileSettings = {},
  ) {
    this.files = files;
    this.deadline = deadline;
  }

  get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  /** @throws FileSourceError */
  async looks(): Promise<FileLooks> {
    const { dev, ino, size, mtimeMs, ctimeMs } = await this.inTime(() => this.regularFile());
    // ctime: a file whose mode was mended looks the same, but for that.
    return { text: `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`, changedAt: ctimeMs };
  }

  /** @throws FileSourceError */
  bytes(): Promise<Buffer> {
    return this.inTime(async () => {
      const { size } = await this.regularFile();
      if (size > MAX_CONFIG_BYTES) {
        throw new FileSourceError('The config file is larger than 32 MB.');
      }
      return this.files.readFile(this.path);
    });
  }

  /** Whoever waits is told at once that it is too late; may be called again. */
  close(): void {
    this.closing.abort();
  }

  /** To open a pipe waits for its writer, to read a device may never end. */
  private async regularFile(): Promise<FileStats> {
    const stats = await this.files.stat(this.path);
    if (!stats.isFile()) throw new FileSourceError('The config file is no regular file.');
    return stats;
  }

  /** One operation at a time, and none behind one that hangs: each would cost a thread. */
  private async inTime<T>(operation: () => Promise<T>): Promise<T> {
    if (this.isHanging) throw hanging();
    const result = this.idle.then(() => fileThreads.lend(operation));
    this.idle = result.catch(() => {});
    try {
      return await this.first(result);
    } catch (error) {
      throw unreadable(error);
    }
  }

  /** The result, unless the deadline or the end comes first. */
  private async first<T>(result: Promise<T>): Promise<T> {
    const { signal } = this.closing;
    const waiting = new AbortController();
    const ended = new Promise<never>((_resolve, reject) => {
      const stopping = (): void => reject(new FileSourceError('The service is stopping.'));
      signal.addEventListener('abort', stopping, { signal: waiting.signal });
      if (signal.aborted) stopping();
    });
    const late = new Promise<never>((_resolve, reject) => {
      const timer = setTimeout(() => {
        this.isHanging = true;
        void this.idle.then(() => (this.isHanging = false));
        reject(hanging());
      }, this.deadline);
      waiting.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    try {
      return await Promise.race([result, ended, late]);
    } finally {
      waiting.abort();
    }
  }
}

function hanging(): FileSourceError {
  return new FileSourceError(
    "The config file can't be read in time: its mount hangs, or that of another config file.",
  );
}

function unreadable(error: unknown): FileSourceError {
  if (error instanceof FileSourceError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return new FileSourceError(`The config file can't be read (${code}).`, { cause: error });
}
