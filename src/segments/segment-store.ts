import type { EntityManager } from 'typeorm';
import type { Segment, SegmentDefinition } from './segment.js';
import * as sql from './segment.sql.js';

/** Names that base configs of a product have, so that a segment made by an event never hides one. */
export type ReservedNames = (product: string) => ReadonlySet<string>;

/** Segments in PostgreSQL. Every function runs in the caller's transaction. */
export class SegmentStore {
  private reservedNames: ReservedNames = () => new Set();

  /** Whoever knows the base configs says which names they have. */
  reserveNames(reservedNames: ReservedNames): void {
    this.reservedNames = reservedNames;
  }

  /** One segment in each product for a new audience; a taken name gets ` (2)`, ` (3)`, … */
  async createForAudience(manager: EntityManager, audience: SegmentOfAudience): Promise<void> {
    for (const product of audience.products) {
      let isMade = false;
      while (!isMade) {
        const name = freeName(audience.name, await this.takenNames(manager, product, audience));
        // A name that somebody took meanwhile is read as taken the next time.
        isMade = await insert(manager, { product, name, audience });
      }
    }
  }

  /** All that stand for an audience, oldest first. */
  async readAll(manager: EntityManager): Promise<Segment[]> {
    const rows = await manager.query<SegmentRow[]>(sql.READ_SEGMENTS);
    return rows.map((row) => ({
      id: row.id,
      product: row.product,
      name: row.name,
      audienceId: Number(row.audience_id),
      delivery: row.definition.delivery,
      overlay: row.overlay,
      version: row.version,
    }));
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

interface SegmentRow {
  readonly id: string;
  readonly product: string;
  readonly name: string;
  readonly definition: SegmentDefinition;
  readonly audience_id: string;
  readonly overlay: boolean;
  readonly version: number;
}

/** @returns false when the name is taken. */
async function insert(
  manager: EntityManager,
  {
    product,
    name,
    audience,
  }: { readonly product: string; readonly name: string; readonly audience: SegmentOfAudience },
): Promise<boolean> {
  const { audienceId, overlay, destination } = audience;
  const definition: SegmentDefinition = { audience: { id: String(audienceId) }, delivery: 'auto' };
  const rows = await manager.query<unknown[]>(sql.INSERT_SEGMENT, [
    product,
    name,
    JSON.stringify(definition),
    audienceId,
    overlay,
    `destination ${destination}`,
  ]);
  return rows.length > 0;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) {
    free = `${name} (${number})`;
  }
  return free;
}
