import { answerWithin } from '../database/answer-within.js';
import type { Database } from '../database/database.js';
import { RAISE_REVISION } from '../database/revision.js';
import { contentOf, type BaseConfig } from './base-config.js';
import * as sql from './base-config.sql.js';
import type { ConfigChanges, ConfigStep } from './config-changes.js';

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
  async write(place: ConfigPlace, base: BaseConfig, age: number): Promise<void> {
    const { sdkId, source } = place;
    const named = [sdkId, source, contentOf(base), age];
    if (await answerWithin(this.confirm(named), this.timeout)) return;
    const values = [...named, base.etag ?? null, base.json];
    let isStored = false;
    while (!isStored) {
      // Not within the timeout: it may have much to compare, and PostgreSQL does not wait for it.
      const step = await this.settings.changes?.compare(place, base);
      isStored = await answerWithin(this.store(place, values, step), this.timeout);
    }
  }

  private get timeout(): number {
    return this.settings.timeout ?? TIMEOUT_MS;
  }

  private async confirm(named: readonly unknown[]): Promise<boolean> {
    const confirmed = await this.database.query<object>(
      `with confirmed as (${sql.CONFIRM})
      select from confirmed`,
      named,
    );
    return confirmed.length > 0;
  }

  /** @returns false where another replica stored one since these were compared. */
  private store(
    place: ConfigPlace,
    values: readonly unknown[],
    step: ConfigStep | undefined,
  ): Promise<boolean> {
    const { changes } = this.settings;
    return this.database.transaction(async (manager) => {
      if (step !== undefined && !(await changes?.isCurrent(manager, place, step))) return false;
      const [stored] = await manager.query<{ version: string }[]>(sql.STORE, [...values]);
      if (stored === undefined) return true;
      if (step !== undefined) await changes?.record(manager, step, Number(stored.version));
      await manager.query(RAISE_REVISION);
      return true;
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
