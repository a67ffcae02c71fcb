import { NO_CACHE, overall, type StatusDocument, type StatusParts } from './status-document.js';

type Part = keyof Omit<StatusParts, 'cache' | 'workers'>;
type Readers = { [P in Part]: () => StatusParts[P] };

/** What this process tells of itself. Each room hands in how its part is read. */
export class Status {
  private readonly readers: Partial<Readers> = {};
  private elsewhere: (() => Promise<StatusDocument>) | undefined;

  add<P extends Part>(part: P, read: Readers[P]): void {
    this.readers[part] = read;
  }

  /** A worker's clients are told of all workers. */
  readFrom(elsewhere: () => Promise<StatusDocument>): void {
    this.elsewhere = elsewhere;
  }

  /** What `/status` answers. */
  async read(): Promise<StatusDocument> {
    return this.elsewhere === undefined ? this.own() : this.elsewhere();
  }

  /** Of this process alone. */
  own(): StatusDocument {
    const parts: StatusParts = {
      sdks: this.part('sdks'),
      cache: NO_CACHE,
      engage: this.part('engage'),
      database: this.part('database'),
      feed: this.part('feed'),
      segments: this.part('segments'),
      segment: this.part('segment'),
    };
    return { status: overall(parts), ...parts };
  }

  private part<P extends Part>(part: P): StatusParts[P] {
    const read: Readers[P] | undefined = this.readers[part];
    if (read === undefined) throw new Error(`nobody handed in the status of ${part}`);
    return read();
  }
}
