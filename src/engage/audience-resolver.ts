import type { EntityManager } from 'typeorm';
import type {
  AudienceStore,
  BoundAudience,
  TooManyAudiencesError,
} from '../audiences/audience-store.js';
import type { AudienceIdentity } from '../audiences/audience.js';
import type { Database } from '../database/database.js';
import { RAISE_REVISION } from '../database/revision.js';
import type { SegmentStore } from '../segments/segment-store.js';

/** So many new audiences in one transaction: what a request that times out has made is kept for its repetition. */
const TRANSACTION_SIZE = 500;
const MAX_KNOWN = 100_000;

/** What a destination's options say of the segments of its audiences. */
export interface SegmentSettings {
  readonly products: readonly string[];
  readonly autoCreateSegments: boolean;
  readonly overlaySegments: boolean;
}

/** A destination as far as its audiences are concerned. */
export interface SegmentedDestination {
  readonly id: string;
  readonly options: SegmentSettings;
}

export interface ResolverSettings {
  /** How many ids are remembered. */
  readonly maxKnown?: number;
  /** Told of each audience that was not made for there are too many. */
  readonly onTooMany?: (error: TooManyAudiencesError) => void;
}

/** Ids of the audiences that events name; unknown ones are made, with a segment in each product. */
export class AudienceResolver {
  private readonly known = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly audiences: AudienceStore,
    private readonly segments: SegmentStore,
    private readonly settings: ResolverSettings = {},
  ) {}

  /**
   * The id for each identity, all of one destination, in their order; undefined past the bound on audiences.
   * What was looked up once is answered from memory.
   */
  async resolve(
    identities: readonly AudienceIdentity[],
    destination: SegmentedDestination,
  ): Promise<Array<number | undefined>> {
    const keys = cacheKeys(identities);
    const ids = keys.map((key) => this.known.get(key));
    const unknown = new Map<string, AudienceIdentity>();
    for (const [index, identity] of identities.entries()) {
      if (ids[index] === undefined) unknown.set(keys[index] ?? '', identity);
    }
    // Not asked of `known` at the end: another request may clear it meanwhile.
    const found = new Map<string, number>();
    const missing = [...unknown];
    for (let start = 0; start < missing.length; start += TRANSACTION_SIZE) {
      const chunk = missing.slice(start, start + TRANSACTION_SIZE);
      // The request that this one repeats may still be making them.
      const known = chunk.flatMap(([key]): Array<[string, number]> => {
        const id = this.known.get(key);
        return id === undefined ? [] : [[key, id]];
      });
      for (const [key, id] of known) found.set(key, id);
      const rest = chunk.filter(([key]) => !found.has(key)).map(([, identity]) => identity);
      if (rest.length === 0) continue;
      for (const [key, id] of await this.bind(rest, destination)) found.set(key, id);
    }
    return ids.map((id, index) => id ?? found.get(keys[index] ?? ''));
  }

  /** Looks these up again the next time: their ids name no audience any more. */
  forget(identities: readonly AudienceIdentity[]): void {
    for (const key of cacheKeys(identities)) this.known.delete(key);
  }

  private async bind(
    identities: readonly AudienceIdentity[],
    destination: SegmentedDestination,
  ): Promise<ReadonlyMap<string, number>> {
    const found = await this.database.transaction(async (manager) => {
      await this.audiences.lockCreation(manager);
      const audiences = await this.audiences.bind(manager, identities);
      const ids = new Map<string, number>();
      const made: Array<AudienceIdentity & BoundAudience> = [];
      for (const [index, identity] of identities.entries()) {
        const audience = audiences[index];
        if (audience === undefined) {
          this.settings.onTooMany?.(this.audiences.tooMany());
          continue;
        }
        ids.set(cacheKey(identity), audience.id);
        if (audience.isNew) made.push({ ...identity, ...audience });
      }
      if (made.length > 0) await this.makeSegments(manager, made, destination);
      return ids;
    });
    // Whoever sends ever new external ids must not fill the memory with them.
    if (this.known.size > (this.settings.maxKnown ?? MAX_KNOWN)) this.known.clear();
    // Only after the commit: what was rolled back must be looked up again.
    for (const [key, id] of found) this.known.set(key, id);
    return found;
  }

  private async makeSegments(
    manager: EntityManager,
    audiences: ReadonlyArray<AudienceIdentity & BoundAudience>,
    { id: destination, options }: SegmentedDestination,
  ): Promise<void> {
    await this.segments.linkAudiences(manager, destination, audiences);
    if (options.autoCreateSegments) {
      const { products, overlaySegments: overlay } = options;
      await this.segments.createForAudiences(manager, {
        audiences,
        destination,
        products,
        overlay,
      });
    }
    await manager.query(RAISE_REVISION);
  }
}

/** Events of one audience mostly come together: then one key serves them all. */
function cacheKeys(identities: readonly AudienceIdentity[]): string[] {
  let last: AudienceIdentity | undefined;
  let key = '';
  return identities.map((identity) => {
    if (last === undefined || !isSame(identity, last)) key = cacheKey(identity);
    last = identity;
    return key;
  });
}

function isSame(a: AudienceIdentity, b: AudienceIdentity): boolean {
  return (
    a.computationId === b.computationId &&
    a.contextKind === b.contextKind &&
    a.externalAudienceId === b.externalAudienceId &&
    a.destination === b.destination
  );
}

/** JSON, since any of them may hold any separator. */
function cacheKey(identity: AudienceIdentity): string {
  const { destination, computationId, contextKind, externalAudienceId } = identity;
  return JSON.stringify([destination, computationId, contextKind, externalAudienceId]);
}
