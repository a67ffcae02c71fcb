import type { EntityManager } from 'typeorm';
import { configChanges } from '../changes/config-changes.js';
import type { ConfigJson } from '../evaluation/config-json.js';
import { InvalidConfigError } from '../evaluation/invalid-config-error.js';
import type { ChangePlaces } from '../outbox/change-places.js';
import type { Outbox } from '../outbox/outbox.js';
import { readBaseConfig, type BaseConfig } from './base-config.js';
import * as sql from './base-config.sql.js';
import type { ConfigPlace } from './stored-configs.js';

/** The config that another one takes the place of. */
export interface StoredVersion {
  readonly json: string;
  readonly version: number;
}

/**
 * Notes what became of the flags of a base config, in the transaction that stores it: so a change
 * that several replicas see is noted by the one that stores it, and a first config is none.
 */
export class ConfigChanges {
  constructor(
    private readonly outbox: Outbox,
    private readonly places: ChangePlaces,
  ) {}

  /** What is stored of the same source; nobody else replaces it until the transaction ends. */
  async lockStored(
    manager: EntityManager,
    { sdkId, source }: ConfigPlace,
  ): Promise<StoredVersion | undefined> {
    if (!this.outbox.isOn) return undefined;
    const [row] = await manager.query<{ json: string; version: string }[]>(sql.LOCK_STORED, [
      sdkId,
      source,
    ]);
    return row && { json: row.json, version: Number(row.version) };
  }

  async record(
    manager: EntityManager,
    {
      sdkId,
      before,
      base,
      version: toVersion,
    }: {
      readonly sdkId: string;
      readonly before: StoredVersion;
      readonly base: BaseConfig;
      readonly version: number;
    },
  ): Promise<void> {
    const place = this.places.ofSdk(sdkId);
    const config = configOf(before);
    if (place === undefined || config === undefined) return;
    const changes = configChanges(config, base.config).map(({ kind, subject, details }) => ({
      scope: sdkId,
      subject: `${kind} ${subject}`,
      fromVersion: before.version,
      toVersion,
      details,
      place,
      actor: undefined,
    }));
    await this.outbox.write(manager, changes);
  }
}

/** Undefined: another version of this service took what this one does not. */
function configOf({ json }: StoredVersion): ConfigJson | undefined {
  try {
    return readBaseConfig(json).config;
  } catch (error) {
    if (error instanceof InvalidConfigError) return undefined;
    throw error;
  }
}
