import type { EntityManager } from 'typeorm';
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
   * Gives a new audience to the segments that waited for it, and makes one in each product that has
   * none then; a taken name gets ` (2)`, ` (3)`, …
   */
  async createForAudience(manager: EntityManager, audience: SegmentOfAudience): Promise<void> {
    const { audienceId, destination, overlay } = audience;
    const rows = await manager.query<{ product: string }[]>(sql.READ_PRODUCTS_WITH, [audienceId]);
    const having = new Set(rows.map(({ product }) => product));
    for (const product of audience.products.filter((one) => !having.has(one))) {
      let made: StoredSegment | undefined;
      while (made === undefined) {
        const name = freeName(audience.name, await this.takenNames(manager, product, audience));
        const definition = { audience: { id: String(audienceId) }, delivery: 'auto' } as const;
        const draft = { name, description: '', definition, overlay };
        // A name that somebody took meanwhile is read as taken the next time.
        made = await this.insert(manager, {
          product,
          draft,
          audienceId,
          by: `destination ${destination}`,
        });
      }
    }
  }

  /** Segments that named an audience before it came. */
  async linkAudience(
    manager: EntityManager,
    audienceId: number,
    {
      destination,
      computationId,
    }: { readonly destination: string; readonly computationId: string },
  ): Promise<void> {
    await manager.query(sql.LINK_AUDIENCE, [audienceId, destination, computationId]);
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
    const { name, description, definition, overlay } = draft;
    const [row] = await manager.query<SegmentRow[]>(sql.INSERT_SEGMENT, [
      product,
      name,
      description,
      JSON.stringify(definition),
      audienceId ?? null,
      overlay,
      by,
    ]);
    return row && storedSegmentOf(row);
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

  private async takenNames(
    manager: EntityManager,
    product: string,
    { name, overlay }: SegmentOfAudience,
  ): Promise<ReadonlySet<string>> {
    const rows = await manager.query<{ name: string }[]>(sql.READ_NAMES, [product, name]);
    const reserved = overlay ? [] : this.reservedNames(product);
    return new Set([...rows.map((row) => row.name), ...reserved]);
  }
}

export interface SegmentOfAudience {
  readonly audienceId: number;
  readonly name: string;
  readonly destination: string;
  readonly products: readonly string[];
  readonly overlay: boolean;
}

export interface NewSegment {
  readonly product: string;
  readonly draft: SegmentDraft;
  readonly audienceId: number | undefined;
  /** Who makes it. */
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

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) {
    free = `${name} (${number})`;
  }
  return free;
}
