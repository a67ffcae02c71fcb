import { servedConfig, withBrotli, withGzip, type ServedConfig } from './served-config.js';

/**
 * A version has to stand so long before brotli is made of it: while members stream into a list, each
 * version lasts some 100 ms, and brotli would take a core for bodies that nobody fetches.
 */
const SETTLED_MS = 1_000;

/**
 * One at a time in the process, or the first configs of many SDK ids would fill the threads that
 * gzip, files and names need, too.
 */
let brotliDone: Promise<unknown> = Promise.resolve();

/** The versions of one SDK id's config, each replaced whole by the next. */
export class ServedVersions {
  private now: ServedConfig | undefined;
  private settling: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly onError: (error: unknown) => void) {}

  /** What is served; undefined before the first. Looks anew at each version, and when brotli is there. */
  get current(): ServedConfig | undefined {
    return this.now;
  }

  /**
   * Serves this from when it resolves on: with gzip at once, with brotli when that is made, if it is
   * served still. Not to be called again before it resolved. Without `etag` the content makes one.
   */
  async serve(json: string, etag?: string): Promise<void> {
    const plain = servedConfig(json, etag);
    if (plain.etag === this.now?.etag && plain.body.equals(this.now.body)) return;
    const served = await withGzip(plain);
    clearTimeout(this.settling);
    this.now = served;
    if (served.gzip !== undefined && !this.isStopped) {
      this.settling = setTimeout(() => this.addBrotli(served), SETTLED_MS).unref();
    }
  }

  /** Makes no more brotli. May be called again. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.settling);
  }

  private addBrotli(served: ServedConfig): void {
    const add = async (): Promise<void> => {
      if (this.isStopped || this.now !== served) return;
      const complete = await withBrotli(served);
      if (this.now === served) this.now = complete;
    };
    brotliDone = brotliDone.then(add).catch(this.onError);
  }
}
