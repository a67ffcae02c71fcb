import type { Database } from '../database/database.js';
import { RAISE_REVISION } from '../database/revision.js';
import * as sql from './audience-directory.sql.js';
import { UnknownAudienceError } from './audience.errors.js';

/** quiet: live, and without an event for longer than `engage.quiet_after`. */
export type ShownStatus = 'live' | 'quiet' | 'archived';

/** An audience with all that administrators want to know of it. */
export interface ListedAudience {
  readonly id: number;
  readonly destination: string;
  /** Null, like the next two, while no event has named it. */
  readonly computationId: string | null;
  readonly key: string | null;
  readonly slug: string | null;
  readonly contextKind: string;
  readonly name: string;
  readonly attribute: string;
  readonly status: ShownStatus;
  /** Null until this process has its memberships loaded. */
  readonly memberCount: number | null;
  readonly firstEventAt: Date | null;
  readonly lastEventAt: Date | null;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  readonly segments: readonly ReferringSegment[];
}

export interface ReferringSegment {
  readonly id: string;
  readonly product: string;
  readonly name: string;
}

export interface AudienceSelection {
  readonly destination?: string | undefined;
  readonly status?: ShownStatus | undefined;
  /** Those after it. */
  readonly after?: Pick<ListedAudience, 'createdAt' | 'id'> | undefined;
  readonly limit: number;
}

export interface AudienceEdit {
  readonly name?: string | undefined;
  readonly status?: 'live' | 'archived' | undefined;
}

/** What is known outside the database. */
export interface AudienceSurroundings {
  /** Of an audience; undefined until memberships were loaded. */
  readonly count: (audienceId: number) => number | undefined;
  /** Ids of those that are quiet. */
  readonly quiet: () => readonly number[];
}

/** The audiences as administrators see and name them. An alias is none. */
export class AudienceDirectory {
  constructor(
    private readonly database: Database,
    private readonly surroundings: AudienceSurroundings,
  ) {}

  /** Oldest first. */
  list({ destination, status, after, limit }: AudienceSelection): Promise<ListedAudience[]> {
    return this.read({ destination, status, after, limit });
  }

  /** @throws UnknownAudienceError */
  async find(audienceId: number): Promise<ListedAudience> {
    const [audience] = await this.read({ id: audienceId, limit: 1 });
    if (audience === undefined) throw new UnknownAudienceError(String(audienceId));
    return audience;
  }

  /** What is not named stays as it is. Every replica learns of it. @throws UnknownAudienceError */
  async edit(audienceId: number, { name, status }: AudienceEdit): Promise<ListedAudience> {
    await this.database.transaction(async (manager) => {
      const changed = await manager.query<object[]>(sql.UPDATE_AUDIENCE, [
        audienceId,
        name ?? null,
        status ?? null,
      ]);
      if (changed.length === 0) throw new UnknownAudienceError(String(audienceId));
      await manager.query(RAISE_REVISION);
    });
    return this.find(audienceId);
  }

  private async read(
    selection: AudienceSelection & { readonly id?: number },
  ): Promise<ListedAudience[]> {
    const { destination, status, id, after, limit } = selection;
    const rows = await this.database.query<AudienceRow>(sql.READ_AUDIENCES, [
      destination ?? null,
      status ?? null,
      this.surroundings.quiet(),
      id ?? null,
      after?.createdAt ?? null,
      after?.id ?? null,
      limit,
    ]);
    return rows.map((row) => this.listed(row));
  }

  private listed(row: AudienceRow): ListedAudience {
    const id = Number(row.id);
    return {
      id,
      destination: row.destination,
      computationId: row.computation_id,
      key: row.key,
      slug: row.slug,
      contextKind: row.context_kind,
      name: row.name,
      attribute: row.attribute,
      status: row.status,
      memberCount: this.surroundings.count(id) ?? null,
      firstEventAt: row.first_event_at,
      lastEventAt: row.last_event_at,
      createdAt: Number(row.created_at),
      segments: row.segments,
    };
  }
}

interface AudienceRow {
  readonly id: string;
  readonly destination: string;
  readonly computation_id: string | null;
  readonly context_kind: string;
  readonly key: string | null;
  readonly slug: string | null;
  readonly name: string;
  readonly attribute: string;
  readonly status: ShownStatus;
  readonly first_event_at: Date | null;
  readonly last_event_at: Date | null;
  readonly created_at: string;
  readonly segments: readonly ReferringSegment[];
}
