import { randomInt } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AudienceSyncError } from '../error.js';
import { FreeNames } from '../free-names.js';
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
   * The audiences of events, in their order: the ones there are, or those createAudience made for
   * them, or new ones; undefined past the bound on audiences. Costs the same few queries for one and
   * for many.
   */
  async bind(
    manager: EntityManager,
    identities: readonly AudienceIdentity[],
  ): Promise<Array<BoundAudience | undefined>> {
    const bound = await this.findBound(manager, identities);
    const unbound = await this.findUnbound(manager, identities);
    const unknown = identities.filter((identity) => !bound.has(computationOf(identity)));
    const slugs = await freeSlugs(manager, unknown);
    let room = unknown.length > 0 ? await this.room(manager) : 0;
    const inserts: NewRow[] = [];
    const aliases: Array<readonly [alias: number, of: number]> = [];
    const answers: Array<BoundAudience | undefined> = [];
    for (const identity of identities) {
      const created = unbound.get(externalIdOf(identity));
      const known = bound.get(computationOf(identity));
      if (created !== undefined) unbound.delete(externalIdOf(identity));
      if (known !== undefined) {
        if (created !== undefined) aliases.push([created.id, known.id]);
        answers.push({ ...known, isNew: false });
        continue;
      }
      if (created === undefined && room === 0) {
        answers.push(undefined);
        continue;
      }
      const slug = await slugs.take(identity.key);
      const audience = created ?? { id: drawId(), name: audienceName(identity.key) };
      if (created === undefined) {
        room -= 1;
        inserts.push({ ...audience, slug, identity });
      } else {
        await this.bindCreated(manager, { ...created, slug, identity });
      }
      bound.set(computationOf(identity), audience);
      answers.push({ ...audience, isNew: true });
    }
    if (inserts.length > 0) await insertBound(manager, inserts);
    for (const [alias, of] of aliases) await manager.query(sql.MAKE_ALIAS, [alias, of]);
    return answers;
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
    if ((await this.room(manager)) === 0) throw this.tooMany();
    const id = drawId();
    await manager.query(sql.INSERT_UNBOUND, [id, destination, name, contextKind, attribute]);
    return id;
  }

  /** What to tell where there is no room for another audience. */
  tooMany(): TooManyAudiencesError {
    return new TooManyAudiencesError(
      `There are ${this.limits.maxAudiences} audiences already: delete some, or raise engage.max_audiences.`,
    );
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

  private async findBound(
    manager: EntityManager,
    identities: readonly AudienceIdentity[],
  ): Promise<Map<string, NamedRow>> {
    const rows = await manager.query<BoundRow[]>(sql.FIND_BOUND, [
      identities.map(({ destination }) => destination),
      identities.map(({ computationId }) => computationId),
      identities.map(({ contextKind }) => contextKind),
    ]);
    return new Map(
      rows.map(({ id, name, destination, computation_id, context_kind }) => [
        computationOf({ destination, computationId: computation_id, contextKind: context_kind }),
        { id: Number(id), name },
      ]),
    );
  }

  /** What createAudience made and no event has bound yet, by what `externalIdOf` names it. */
  private async findUnbound(
    manager: EntityManager,
    identities: readonly AudienceIdentity[],
  ): Promise<Map<string | undefined, NamedRow>> {
    const ids = identities.flatMap(({ externalAudienceId }) => idOf(externalAudienceId) ?? []);
    if (ids.length === 0) return new Map();
    const rows = await manager.query<UnboundRow[]>(sql.FIND_UNBOUND, [ids]);
    return new Map(
      rows.map(({ id, name, destination }) => [
        externalIdOf({ destination, externalAudienceId: id }),
        { id: Number(id), name },
      ]),
    );
  }

  private async bindCreated(manager: EntityManager, { id, slug, identity }: NewRow): Promise<void> {
    const { computationId, contextKind, key, attribute, space } = identity;
    await manager.query(sql.BIND, [
      id,
      computationId,
      contextKind,
      key,
      slug,
      attribute,
      space ?? null,
    ]);
  }

  /** How many audiences may be made. */
  private async room(manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ count: string }[]>(sql.COUNT);
    return Math.max(0, this.limits.maxAudiences - Number(row?.count ?? 0));
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

interface UnboundRow extends IdRow {
  readonly name: string;
  readonly destination: string;
}

interface BoundRow extends UnboundRow {
  readonly computation_id: string;
  readonly context_kind: string;
}

interface NamedRow {
  readonly id: number;
  readonly name: string;
}

interface NewRow extends NamedRow {
  readonly slug: string;
  readonly identity: AudienceIdentity;
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

/** JSON, since any of them may hold any separator. */
function computationOf(
  identity: Pick<AudienceIdentity, 'destination' | 'computationId' | 'contextKind'>,
): string {
  return JSON.stringify([identity.destination, identity.computationId, identity.contextKind]);
}

/** Undefined where it has none that createAudience could have answered. */
function externalIdOf({
  destination,
  externalAudienceId,
}: Pick<AudienceIdentity, 'destination' | 'externalAudienceId'>): string | undefined {
  const id = idOf(externalAudienceId);
  return id === undefined ? undefined : JSON.stringify([destination, id]);
}

function idOf(externalAudienceId: string | undefined): number | undefined {
  return externalAudienceId === undefined ? undefined : parseAudienceId(externalAudienceId);
}

/** The key, or `<key>_2`, … when another audience has that. */
async function freeSlugs(
  manager: EntityManager,
  identities: readonly AudienceIdentity[],
): Promise<FreeNames> {
  const read = async (text: string, of: unknown): Promise<string[]> => {
    const rows = await manager.query<{ slug: string }[]>(text, [of]);
    return rows.map(({ slug }) => slug);
  };
  const keys = identities.map(({ key }) => key);
  return new FreeNames(keys.length > 0 ? await read(sql.READ_TAKEN_SLUGS, keys) : [], {
    nameOf: (key, number) => `${key}_${number}`,
    readTaken: (key) => read(sql.READ_SLUGS, key),
  });
}

async function insertBound(manager: EntityManager, rows: readonly NewRow[]): Promise<void> {
  await manager.query(sql.INSERT_BOUND, [
    rows.map(({ id }) => id),
    rows.map(({ identity }) => identity.destination),
    rows.map(({ identity }) => identity.computationId),
    rows.map(({ identity }) => identity.contextKind),
    rows.map(({ identity }) => identity.key),
    rows.map(({ slug }) => slug),
    rows.map(({ name }) => name),
    rows.map(({ identity }) => identity.attribute),
    rows.map(({ identity }) => identity.space ?? null),
  ]);
}
