import type { EntityManager } from 'typeorm';
import { FreeNames } from '../free-names.js';
import type {
  AudienceDefinition,
  AudienceReference,
  SegmentDefinition,
} from './segment-definition.js';
import * as sql from './segment.sql.js';
import type { Segment } from './segment.js';
import {
  segmentOf,
  storedSegmentOf,
  type DefinitionRow,
  type SegmentChange,
  type SegmentDraft,
  type SegmentRow,
  type StoredSegment,
} from './stored-segment.js';

/** Names that base configs of a product have, so that a segment made by an event never hides one. */
export type ReservedNames = (product: string) => ReadonlySet<string>;

/** Segments in PostgreSQL. Every function runs in the caller's transaction. */
export class SegmentStore {
  private reservedNames: ReservedNames = () => new Set();

  /** Whoever knows the base configs says which names they have. */
  reserveNames(reservedNames: ReservedNames): void {
    this.reservedNames = reservedNames;
  }

  /**
   * Makes a segment of each audience in each product where none has waited for it; a taken name gets
   * ` (2)`, ` (3)`, … Costs the same few queries for one and for many.
   */
  async createForAudiences(
    manager: EntityManager,
    { audiences, destination, products, overlay }: NewAudienceSegments,
  ): Promise<void> {
    for (const product of products) {
      const having = await this.audiencesWithin(manager, product, audiences);
      let wanting = audiences.filter(({ id }) => !having.has(id));
      while (wanting.length > 0) {
        const names = await this.freeNames(manager, { product, audiences: wanting, overlay });
        const segments: SegmentOfProduct[] = [];
        for (const { id, name } of wanting) {
          const definition = { audience: { id: String(id) }, delivery: 'auto' } as const;
          const draft = { name: await names.take(name), description: '', definition, overlay };
          segments.push({ draft, audienceId: id });
        }
        const by = `destination ${destination}`;
        const made = await this.insertAll(manager, { product, segments, by });
        // A name that somebody took meanwhile is read as taken the next time.
        const done = new Set(made.map(({ audienceId }) => audienceId));
        wanting = wanting.filter(({ id }) => !done.has(id));
      }
    }
  }

  /** Gives audiences of a destination to the segments that named them before they came. */
  async linkAudiences(
    manager: EntityManager,
    destination: string,
    audiences: ReadonlyArray<{ readonly id: number; readonly computationId: string }>,
  ): Promise<void> {
    await manager.query(sql.LINK_AUDIENCES, [
      audiences.map(({ id }) => id),
      destination,
      audiences.map(({ computationId }) => computationId),
    ]);
  }

  /** All, oldest first. */
  async readAll(manager: EntityManager): Promise<Segment[]> {
    const rows = await manager.query<DefinitionRow[]>(sql.READ_SEGMENTS);
    return rows.map(segmentOf);
  }

  /** Of one product, by name: those after `after`. */
  async list(
    manager: EntityManager,
    {
      product,
      after,
      limit,
    }: { readonly product: string; readonly after: string | undefined; readonly limit: number },
  ): Promise<StoredSegment[]> {
    const rows = await manager.query<SegmentRow[]>(sql.LIST_SEGMENTS, [
      product,
      after ?? null,
      limit,
    ]);
    return rows.map(storedSegmentOf);
  }

  async find(manager: EntityManager, id: string): Promise<StoredSegment | undefined> {
    const [row] = await manager.query<SegmentRow[]>(sql.FIND_SEGMENT, [id]);
    return row && storedSegmentOf(row);
  }

  /** What became of it, newest first: those before number `before`. */
  async history(
    manager: EntityManager,
    {
      id,
      before,
      limit,
    }: { readonly id: string; readonly before: number | undefined; readonly limit: number },
  ): Promise<Array<SegmentChange & { readonly number: number }>> {
    const rows = await manager.query<ChangeRow[]>(sql.READ_HISTORY, [id, before ?? null, limit]);
    return rows.map((row) => ({
      number: Number(row.id),
      name: row.name,
      version: row.version,
      definition: row.definition ?? undefined,
      description: row.description ?? undefined,
      overlay: row.overlay ?? undefined,
      changedBy: row.changed_by,
      changedAt: row.changed_at,
    }));
  }

  /** Undefined: the name is taken. */
  async insert(
    manager: EntityManager,
    { product, draft, audienceId, by }: NewSegment,
  ): Promise<StoredSegment | undefined> {
    const segments = [{ draft, audienceId }];
    const [made] = await this.insertAll(manager, { product, segments, by });
    return made;
  }

  /** Undefined: there is none of this version. Rejects with PostgreSQL's 23505 where the name is taken. */
  async update(
    manager: EntityManager,
    { id, version, draft, audienceId, by }: ChangedSegment,
  ): Promise<StoredSegment | undefined> {
    const { name, description, definition, overlay } = draft;
    const [row] = await manager.query<SegmentRow[]>(sql.UPDATE_SEGMENT, [
      id,
      version,
      name,
      description,
      JSON.stringify(definition),
      audienceId ?? null,
      overlay,
      by,
    ]);
    return row && storedSegmentOf(row);
  }

  /** Of whatever version without one. Undefined: there is none. */
  async remove(
    manager: EntityManager,
    {
      id,
      version,
      by,
    }: { readonly id: string; readonly version: number | undefined; readonly by: string },
  ): Promise<StoredSegment | undefined> {
    const [row] = await manager.query<SegmentRow[]>(sql.DELETE_SEGMENT, [id, version ?? null, by]);
    return row && storedSegmentOf(row);
  }

  /** The audience that a definition names; undefined where there is none (yet). */
  async audienceOf(
    manager: EntityManager,
    { audience }: AudienceDefinition,
  ): Promise<{ readonly id: number; readonly destination: string } | undefined> {
    const [row] = await manager.query<{ id: string; destination: string }[]>(...lookUp(audience));
    return row && { id: Number(row.id), destination: row.destination };
  }

  /** Those that were made: others' names are taken. */
  private async insertAll(
    manager: EntityManager,
    { product, segments, by }: NewSegments,
  ): Promise<StoredSegment[]> {
    const rows = await manager.query<SegmentRow[]>(sql.INSERT_SEGMENTS, [
      product,
      segments.map(({ draft }) => draft.name),
      segments.map(({ draft }) => draft.description),
      segments.map(({ draft }) => JSON.stringify(draft.definition)),
      segments.map(({ audienceId }) => audienceId ?? null),
      segments.map(({ draft }) => draft.overlay),
      by,
    ]);
    return rows.map(storedSegmentOf);
  }

  /** Those that have a segment in the product. */
  private async audiencesWithin(
    manager: EntityManager,
    product: string,
    audiences: readonly NamedAudience[],
  ): Promise<ReadonlySet<number>> {
    const ids = audiences.map(({ id }) => id);
    const rows = await manager.query<{ audience_id: string }[]>(sql.READ_AUDIENCES_WITHIN, [
      product,
      ids,
    ]);
    return new Set(rows.map((row) => Number(row.audience_id)));
  }

  private async freeNames(
    manager: EntityManager,
    {
      product,
      audiences,
      overlay,
    }: Pick<NewAudienceSegments, 'audiences' | 'overlay'> & { readonly product: string },
  ): Promise<FreeNames> {
    const read = async (text: string, of: unknown): Promise<string[]> => {
      const rows = await manager.query<{ name: string }[]>(text, [product, of]);
      return rows.map(({ name }) => name);
    };
    const wanted = audiences.map(({ name }) => name);
    const reserved = overlay ? [] : this.reservedNames(product);
    return new FreeNames([...(await read(sql.READ_TAKEN_NAMES, wanted)), ...reserved], {
      nameOf: (name, number) => `${name} (${number})`,
      readTaken: (name) => read(sql.READ_NAMES, name),
    });
  }
}

interface NamedAudience {
  readonly id: number;
  readonly name: string;
}

/** Segments for new audiences of a destination. */
export interface NewAudienceSegments {
  readonly audiences: readonly NamedAudience[];
  readonly destination: string;
  readonly products: readonly string[];
  readonly overlay: boolean;
}

interface SegmentOfProduct {
  readonly draft: SegmentDraft;
  readonly audienceId: number | undefined;
}

export interface NewSegment extends SegmentOfProduct {
  readonly product: string;
  /** Who makes it. */
  readonly by: string;
}

interface NewSegments {
  readonly product: string;
  readonly segments: readonly SegmentOfProduct[];
  readonly by: string;
}

export interface ChangedSegment extends Omit<NewSegment, 'product'> {
  readonly id: string;
  /** The one that it takes the place of. */
  readonly version: number;
}

interface ChangeRow {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly definition: SegmentDefinition | null;
  readonly description: string | null;
  readonly overlay: boolean | null;
  readonly changed_by: string;
  readonly changed_at: Date;
}

function lookUp(reference: AudienceReference): [text: string, parameters: string[]] {
  return 'id' in reference
    ? [sql.RESOLVE_AUDIENCE_ID, [reference.id]]
    : [sql.RESOLVE_COMPUTATION, [reference.destination, reference.computationId]];
}
