import { answerWithin } from '../database/answer-within.js';
import type { Database } from '../database/database.js';
import { RAISE_REVISION } from '../database/revision.js';
import { contentOf, type BaseConfig } from './base-config.js';
import * as sql from './base-config.sql.js';
import type { ConfigChanges } from './config-changes.js';

const TIMEOUT_MS = 10_000;

/** Where a config is stored. */
export interface ConfigPlace {
  readonly sdkId: string;
  /** By sourceName(). */
  readonly source: string;
}

/** What is looked for: the config of an SDK id, from its source of now. */
export interface WantedConfig extends ConfigPlace {
  /** What is known already. */
  readonly content: string | undefined;
}

/** A config that this or another replica stored. */
export interface StoredConfig {
  readonly sdkId: string;
  readonly content: string;
  readonly etag: string | undefined;
  /** Undefined: it is what is known already. */
  readonly json: string | undefined;
  /** Milliseconds since it was fetched, or confirmed as unchanged. */
  readonly age: number;
}

export interface StoredConfigsSettings {
  /** Milliseconds. Without it a connection in a black hole would keep a source from polling for itself. */
  readonly timeout?: number;
  /** Undefined: nobody is told of changes. */
  readonly changes?: ConfigChanges;
}

/** The last good config of every SDK id in PostgreSQL, for all replicas and for the next start. */
export class StoredConfigs {
  constructor(
    private readonly database: Database,
    private readonly settings: StoredConfigsSettings = {},
  ) {}

  /** Those that are stored from the wanted sources. */
  async read(wanted: readonly WantedConfig[]): Promise<readonly StoredConfig[]> {
    if (wanted.length === 0) {
      return [];
    }
    const asked = this.database.query<StoredRow>(sql.READ_STORED, [
      wanted.map(({ sdkId }) => sdkId),
      wanted.map(({ source }) => source),
      wanted.map(({ content }) => content ?? null),
    ]);
    const rows = await answerWithin(asked, this.timeout);
    return rows.map(({ sdk_id, content, etag, json, age }) => ({
      sdkId: sdk_id,
      content,
      etag: etag ?? undefined,
      json: json ?? undefined,
      age: Number(age),
    }));
  }

  /**
   * Stores what was fetched `age` ms ago, unless a newer one is stored. Other replicas are told of a
   * change, not of a confirmation.
   */
  write(place: ConfigPlace, base: BaseConfig, age: number): Promise<void> {
    return answerWithin(this.confirmOrStore(place, base, age), this.timeout);
  }

  private get timeout(): number {
    return this.settings.timeout ?? TIMEOUT_MS;
  }

  private async confirmOrStore(
    { sdkId, source }: ConfigPlace,
    base: BaseConfig,
    age: number,
  ): Promise<void> {
    const named = [sdkId, source, contentOf(base), age];
    const confirmed = await this.database.query<object>(
      `with confirmed as (${sql.CONFIRM})
      select from confirmed`,
      named,
    );
    if (confirmed.length > 0) {
      return;
    }
    await this.database.transaction(async (manager) => {
      const before = await this.settings.changes?.lockStored(manager, { sdkId, source });
      const [stored] = await manager.query<{ version: string }[]>(sql.STORE, [
        ...named,
        base.etag ?? null,
        base.json,
      ]);
      if (stored === undefined) return;
      const version = Number(stored.version);
      if (before !== undefined)
        await this.settings.changes?.record(manager, { sdkId, before, base, version });
      await manager.query(RAISE_REVISION);
    });
  }
}

interface StoredRow {
  readonly sdk_id: string;
  readonly content: string;
  readonly etag: string | null;
  readonly json: string | null;
  readonly age: string;
}
