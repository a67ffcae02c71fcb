import type { EntityManager } from 'typeorm';
import { LOCK_CREATION } from '../audiences/audience.sql.js';
import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { RAISE_REVISION } from '../database/revision.js';
import { sqlState } from '../database/sql-state.js';
import { InvalidInputError } from '../error.js';
import type { Actor } from '../outbox/changed-event.js';
import type { DefinitionStore } from './definitions.js';
import { isAudienceDefinition, type SegmentDefinition } from './segment-definition.js';
import type { SegmentChanges } from './segment-changes.js';
import { NameTakenError, UnknownSegmentError, VersionConflictError } from './segment.errors.js';
import type { SegmentStore } from './segment-store.js';
import type { Segment } from './segment.js';
import { segmentWith, type SegmentDraft, type StoredSegment } from './stored-segment.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const UNIQUE_VIOLATION = '23505';
/** The audience went in the same moment. */
const FOREIGN_KEY_VIOLATION = '23503';

/**
 * Makes, changes and deletes segments for people. When a function resolves, the change is durable,
 * this replica evaluates with it, and the others do within milliseconds.
 */
export class SegmentEditor {
  constructor(
    private readonly database: Database,
    private readonly store: SegmentStore,
    private readonly definitions: DefinitionStore,
    private readonly changes: SegmentChanges,
    /** Whether a product sees a destination's audiences. */
    private readonly sees: (product: string, destination: string) => boolean,
  ) {}

  /** @throws InvalidInputError, NameTakenError */
  create(product: string, draft: SegmentDraft, actor: Actor): Promise<StoredSegment> {
    return this.write(async (manager) => {
      const audienceId = await this.audienceOf(manager, product, draft.definition);
      const segment = { product, draft, audienceId, by: actor.name };
      const made = await this.store.insert(manager, segment);
      if (made === undefined) throw new NameTakenError(draft.name, product);
      await this.changes.record(manager, { before: undefined, after: made }, actor);
      return made;
    });
  }

  /**
   * Replaces the segment, if `version` is what it is now.
   * @throws InvalidInputError, NameTakenError, UnknownSegmentError, VersionConflictError
   */
  async replace(
    { id, version }: { readonly id: string; readonly version: number },
    draft: SegmentDraft,
    actor: Actor,
  ): Promise<StoredSegment> {
    return this.write(async (manager) => {
      const before = await this.expect(manager, id, version);
      const audienceId = await this.audienceOf(manager, before.product, draft.definition);
      const change = { id, version, draft, audienceId, by: actor.name };
      const after = await this.store.update(manager, change).catch((error: unknown) => {
        if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
        throw new NameTakenError(draft.name, before.product);
      });
      if (after === undefined) return this.whyNot(manager, id, version);
      await this.changes.record(manager, { before, after }, actor);
      return after;
    });
  }

  /**
   * Deletes the segment, if `version` is what it is now, or whatever it is.
   * @throws UnknownSegmentError, VersionConflictError
   */
  async remove(
    { id, version }: { readonly id: string; readonly version: number | undefined },
    actor: Actor,
  ): Promise<void> {
    await this.write(async (manager) => {
      await this.expect(manager, id, version);
      const gone = await this.store.remove(manager, { id, version, by: actor.name });
      if (gone === undefined) return this.whyNot(manager, id, version ?? 0);
      await this.changes.record(manager, { before: gone, after: undefined }, actor);
      return gone;
    });
  }

  /**
   * The segment as it would be with another definition; nothing is written.
   * @throws InvalidInputError, UnknownSegmentError
   */
  imagine(id: string, definition: SegmentDefinition): Promise<Segment> {
    return this.database.transaction(async (manager) => {
      const now = await this.expect(manager, id, undefined);
      const audienceId = await this.audienceOf(manager, now.product, definition);
      return segmentWith(now, { definition, audienceId });
    });
  }

  private async write(
    work: (manager: EntityManager) => Promise<StoredSegment>,
  ): Promise<StoredSegment> {
    const segment = await repeatOnConflict(() =>
      this.database.transaction(async (manager) => {
        const changed = await work(manager);
        await manager.query(RAISE_REVISION);
        return changed;
      }),
    ).catch((error: unknown) => {
      throw sqlState(error) === FOREIGN_KEY_VIOLATION ? unknownAudience() : error;
    });
    // Whoever asks next shall find it. It is stored in any case, and looked for every second.
    await this.definitions.reload().catch(() => {});
    return segment;
  }

  private async expect(
    manager: EntityManager,
    id: string,
    version: number | undefined,
  ): Promise<StoredSegment> {
    // Whatever is no UUID is no id, and PostgreSQL would refuse it.
    const now = UUID.test(id) ? await this.store.find(manager, id) : undefined;
    if (now === undefined) throw new UnknownSegmentError(id);
    if (version !== undefined && now.version !== version) {
      throw new VersionConflictError(version, now.version);
    }
    return now;
  }

  /** Another writer came between. */
  private async whyNot(manager: EntityManager, id: string, version: number): Promise<never> {
    const now = await this.store.find(manager, id);
    throw now === undefined
      ? new UnknownSegmentError(id)
      : new VersionConflictError(version, now.version);
  }

  /**
   * What Segment calls an audience may come later, an id not.
   * @throws InvalidInputError
   */
  private async audienceOf(
    manager: EntityManager,
    product: string,
    definition: SegmentDefinition,
  ): Promise<number | undefined> {
    if (!isAudienceDefinition(definition)) return undefined;
    const { audience } = definition;
    // Or its first event, which looks for segments that wait, comes between the look and the write.
    if (!('id' in audience)) await manager.query(LOCK_CREATION);
    const found = await this.store.audienceOf(manager, definition);
    if (found === undefined && 'id' in audience) throw unknownAudience();
    const destination = 'id' in audience ? found?.destination : audience.destination;
    if (destination !== undefined && !this.sees(product, destination)) {
      const detail = `is of destination '${destination}', whose products do not have '${product}'`;
      throw new InvalidInputError([{ pointer: '/audience', detail }]);
    }
    return found?.id;
  }
}

function unknownAudience(): InvalidInputError {
  return new InvalidInputError([{ pointer: '/audience/id', detail: 'names no audience' }]);
}
