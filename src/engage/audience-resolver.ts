import { TooManyAudiencesError, type AudienceStore } from '../audiences/audience-store.js';
import type { AudienceIdentity } from '../audiences/audience.js';
import type { Database } from '../database/database.js';
import { RAISE_REVISION } from '../database/revision.js';
import type { SegmentStore } from '../segments/segment-store.js';

/** So many new audiences in one transaction: what a request that times out has made is kept for its repetition. */
const TRANSACTION_SIZE = 100;
const MAX_KNOWN = 100_000;

/** What a destination's options say of the segments of its audiences. */
export interface SegmentSettings {
  readonly products: readonly string[];
  readonly autoCreateSegments: boolean;
  readonly overlaySegments: boolean;
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
   * The id for each identity, in their order; undefined past the bound on audiences.
   * What was looked up once is answered from memory.
   */
  async resolve(
    identities: readonly AudienceIdentity[],
    settings: SegmentSettings,
  ): Promise<Array<number | undefined>> {
    const keys = cacheKeys(identities);
    const ids = keys.map((key) => this.known.get(key));
    const unknown = new Map<string, AudienceIdentity>();
    for (const [index, identity] of identities.entries()) {
      if (ids[index] === undefined) unknown.set(keys[index] ?? '', identity);
    }
    // Not asked of `known` again: another request may clear it meanwhile.
    const found = new Map<string, number>();
    const missing = [...unknown.values()];
    for (let start = 0; start < missing.length; start += TRANSACTION_SIZE) {
      const bound = await this.bind(missing.slice(start, start + TRANSACTION_SIZE), settings);
      for (const [key, id] of bound) found.set(key, id);
    }
    return ids.map((id, index) => id ?? found.get(keys[index] ?? ''));
  }

  /** Looks these up again the next time: their ids name no audience any more. */
  forget(identities: readonly AudienceIdentity[]): void {
    for (const key of cacheKeys(identities)) this.known.delete(key);
  }

  private async bind(
    identities: readonly AudienceIdentity[],
    settings: SegmentSettings,
  ): Promise<ReadonlyMap<string, number>> {
    const found = await this.database.transaction(async (manager) => {
      await this.audiences.lockCreation(manager);
      const ids = new Map<string, number>();
      let made = 0;
      for (const identity of identities) {
        try {
          const audience = await this.audiences.bind(manager, identity);
          ids.set(cacheKey(identity), audience.id);
          if (!audience.isNew) continue;
          made += 1;
          await this.segments.linkAudience(manager, audience.id, identity);
          if (settings.autoCreateSegments) {
            await this.segments.createForAudience(manager, {
              audienceId: audience.id,
              name: audience.name,
              destination: identity.destination,
              products: settings.products,
              overlay: settings.overlaySegments,
            });
          }
        } catch (error) {
          if (!(error instanceof TooManyAudiencesError)) throw error;
          this.settings.onTooMany?.(error);
        }
      }
      if (made > 0) await manager.query(RAISE_REVISION);
      return ids;
    });
    // Whoever sends ever new external ids must not fill the memory with them.
    if (this.known.size > (this.settings.maxKnown ?? MAX_KNOWN)) this.known.clear();
    // Only after the commit: what was rolled back must be looked up again.
    for (const [key, id] of found) this.known.set(key, id);
    return found;
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
