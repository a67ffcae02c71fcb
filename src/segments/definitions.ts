import type { Audience } from '../audiences/audience.js';
import type { AudienceStore } from '../audiences/audience-store.js';
import type { Database } from '../database/database.js';
import type { Segment } from './segment.js';
import type { SegmentStore } from './segment-store.js';

/** All audiences and segments at one revision. */
export interface Definitions {
  readonly audiences: ReadonlyMap<number, Audience>;
  /** Oldest first. */
  readonly segments: readonly Segment[];
  /** Salts hashed lists where no base config brings a salt. */
  readonly salt: string;
}

/** Holds the definitions in memory, as they were at one moment. */
export class DefinitionStore {
  private readonly listeners: Array<(definitions: Definitions) => void> = [];
  private loaded: Definitions | undefined;
  private reloading: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly audiences: AudienceStore,
    private readonly segments: SegmentStore,
  ) {}

  /** Undefined until they were read once. */
  get current(): Definitions | undefined {
    return this.loaded;
  }

  onChange(listener: (definitions: Definitions) => void): void {
    this.listeners.push(listener);
  }

  /** Reads everything anew, in one snapshot. One call after the other, or an older snapshot might come last. */
  reload(): Promise<void> {
    const turn = this.reloading.then(() => this.readAll());
    this.reloading = turn.catch(() => {});
    return turn;
  }

  private async readAll(): Promise<void> {
    const definitions = await this.database.transaction(async (manager) => {
      const audiences = await this.audiences.readBound(manager);
      const segments = await this.segments.readAll(manager);
      const [instance] = await manager.query<{ salt: string }[]>('select salt from instance');
      return {
        audiences: new Map(audiences.map((audience) => [audience.id, audience])),
        segments,
        salt: instance?.salt ?? '',
      };
    }, 'REPEATABLE READ');
    this.loaded = definitions;
    this.listeners.forEach((listener) => listener(definitions));
  }
}
