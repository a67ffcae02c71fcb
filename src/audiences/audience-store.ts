import { randomInt } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AudienceSyncError } from '../error.js';
import type { Audience, AudienceIdentity } from './audience.js';
import { HIGHEST_ID, LOWEST_ID, parseAudienceId } from './audience-id.js';
import { audienceName } from './audience-name.js';
import * as sql from './audience.sql.js';

export class TooManyAudiencesError extends AudienceSyncError {
  readonly code = 'too_many_audiences';
}

export interface BoundAudience {
  readonly id: number;
  readonly name: string;
  /** Made or bound just now: it has no segments yet. */
  readonly isNew: boolean;
}

/** Audiences in PostgreSQL. Every function runs in the caller's transaction. */
export class AudienceStore {
  constructor(private readonly limits: { readonly maxAudiences: number }) {}

  /** Until the transaction ends, nobody else makes or binds an audience. Before the functions below. */
  async lockCreation(manager: EntityManager): Promise<void> {
    await manager.query(sql.LOCK_CREATION);
  }

  /**
   * The audience of an event: the one there is, or the one createAudience made for it, or a new one.
   * @throws TooManyAudiencesError
   */
  async bind(manager: EntityManager, identity: AudienceIdentity): Promise<BoundAudience> {
    const { destination, computationId, contextKind } = identity;
    const [bound] = await manager.query<BoundRow[]>(sql.FIND_BOUND, [
      destination,
      computationId,
      contextKind,
    ]);
    const unbound = await this.findUnbound(manager, identity);
    if (bound !== undefined) {
      if (unbound !== undefined) {
        await manager.query(sql.MAKE_ALIAS, [unbound.id, bound.id]);
      }
      return { id: Number(bound.id), name: bound.name, isNew: false };
    }
    const slug = await freeSlug(manager, identity.key);
    const space = identity.space ?? null;
    if (unbound !== undefined) {
      const { key, attribute } = identity;
      await manager.query(sql.BIND, [
        unbound.id,
        computationId,
        contextKind,
        key,
        slug,
        attribute,
        space,
      ]);
      return { id: Number(unbound.id), name: unbound.name, isNew: true };
    }
    await this.refuseTooMany(manager);
    const id = drawId();
    const name = audienceName(identity.key);
    await manager.query(sql.INSERT_BOUND, [
      id,
      destination,
      computationId,
      contextKind,
      identity.key,
      slug,
      name,
      identity.attribute,
      space,
    ]);
    return { id, name, isNew: true };
  }

  /**
   * Answers Segment's createAudience: the same id for one name, while no event has bound it.
   * @throws TooManyAudiencesError
   */
  async create(manager: EntityManager, audience: NewAudience): Promise<number> {
    const { destination, name, contextKind, attribute } = audience;
    const [same] = await manager.query<IdRow[]>(sql.FIND_UNBOUND_BY_NAME, [destination, name]);
    if (same !== undefined) {
      return Number(same.id);
    }
    await this.refuseTooMany(manager);
    const id = drawId();
    await manager.query(sql.INSERT_UNBOUND, [id, destination, name, contextKind, attribute]);
    return id;
  }

  /** Whether this destination has an audience (or an alias) of that id. */
  async exists(manager: EntityManager, destination: string, id: string): Promise<boolean> {
    const number = parseAudienceId(id);
    if (number === undefined) {
      return false;
    }
    const rows = await manager.query<IdRow[]>(sql.FIND_BY_ID, [destination, number]);
    return rows.length > 0;
  }

  /** All audiences that events have named, oldest first. */
  async readBound(manager: EntityManager): Promise<Audience[]> {
    const rows = await manager.query<AudienceRow[]>(sql.READ_BOUND);
    return rows.map((row) => ({
      id: Number(row.id),
      destination: row.destination,
      computationId: row.computation_id,
      contextKind: row.context_kind,
      key: row.key,
      slug: row.slug,
      name: row.name,
      attribute: row.attribute,
      status: row.status,
    }));
  }

  private async findUnbound(
    manager: EntityManager,
    { destination, externalAudienceId }: AudienceIdentity,
  ): Promise<BoundRow | undefined> {
    const id = externalAudienceId === undefined ? undefined : parseAudienceId(externalAudienceId);
    if (id === undefined) {
      return undefined;
    }
    const [row] = await manager.query<BoundRow[]>(sql.FIND_UNBOUND, [destination, id]);
    return row;
  }

  private async refuseTooMany(manager: EntityManager): Promise<void> {
    const [row] = await manager.query<{ count: string }[]>(sql.COUNT);
    if (Number(row?.count ?? 0) >= this.limits.maxAudiences) {
      throw new TooManyAudiencesError(
        `There are ${this.limits.maxAudiences} audiences already: delete some, or raise engage.max_audiences.`,
      );
    }
  }
}

export interface NewAudience {
  readonly destination: string;
  readonly name: string;
  readonly contextKind: string;
  readonly attribute: string;
}

interface IdRow {
  readonly id: string;
}

interface BoundRow extends IdRow {
  readonly name: string;
}

interface AudienceRow {
  readonly id: string;
  readonly destination: string;
  readonly computation_id: string;
  readonly context_kind: string;
  readonly key: string;
  readonly slug: string;
  readonly name: string;
  readonly attribute: string;
  readonly status: 'live' | 'archived';
}

function drawId(): number {
  return randomInt(LOWEST_ID, HIGHEST_ID);
}

/** The key, or `<key>_2`, … when another audience has that. */
async function freeSlug(manager: EntityManager, key: string): Promise<string> {
  const rows = await manager.query<{ slug: string }[]>(sql.READ_SLUGS, [key]);
  const taken = new Set(rows.map(({ slug }) => slug));
  let free = key;
  for (let number = 2; taken.has(free); number += 1) {
    free = `${key}_${number}`;
  }
  return free;
}
