import { setImmediate } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { eachConfigChange } from '../changes/config-changes.js';
import { answerWithin } from '../database/answer-within.js';
import type { Database } from '../database/database.js';
import type { ConfigJson } from '../evaluation/config-json.js';
import { InvalidConfigError } from '../evaluation/invalid-config-error.js';
import type { ChangePlaces } from '../outbox/change-places.js';
import type { RecordedChange } from '../outbox/changed-event.js';
import type { Outbox } from '../outbox/outbox.js';
import { readBaseConfig, type BaseConfig } from './base-config.js';
import * as sql from './base-config.sql.js';
import type { ConfigPlace } from './stored-configs.js';

/** What changes where one stored version of a config takes the place of another. */
export interface ConfigStep {
  /** The version that is replaced; undefined: there is none of the same source, so nothing changes. */
  readonly from: number | undefined;
  readonly changes: readonly PendingChange[];
}

/** Without the versions that it is from and to. */
type PendingChange = Omit<RecordedChange, 'fromVersion' | 'toVersion'>;

/** Comparing goes on for so long in one go, in milliseconds: evaluations wait meanwhile. */
const SLICE_MS = 5;
/** Of a connection that a network swallowed. */
const TIMEOUT_MS = 10_000;
/** Of one statement. */
const ROWS = 2_000;

/**
 * Notes what became of the flags of a base config, in the transaction that stores it: so a change
 * that several replicas see is noted by the one that stores it, and a first config is none. The
 * comparison comes before: a transaction that waits for it would hold its locks, and be ended.
 */
export class ConfigChanges {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly places: ChangePlaces,
  ) {}

  /** What would change if this took the place of what is stored. Undefined: nobody is told of it. */
  async compare({ sdkId, source }: ConfigPlace, base: BaseConfig): Promise<ConfigStep | undefined> {
    const place = this.places.ofSdk(sdkId);
    if (!this.outbox.isOn || place === undefined) return undefined;
    const asked = this.database.query<{ json: string; version: string }>(sql.READ_VERSION, [
      sdkId,
      source,
    ]);
    const [row] = await answerWithin(asked, TIMEOUT_MS);
    if (row === undefined) return { from: undefined, changes: [] };
    const from = Number(row.version);
    const config = configOf(row.json);
    if (config === undefined) return { from, changes: [] };
    const changes: PendingChange[] = [];
    let start = performance.now();
    for (const change of eachConfigChange(config, base.config)) {
      if (change !== undefined) {
        const { kind, subject, details } = change;
        changes.push({
          scope: sdkId,
          subject: `${kind} ${subject}`,
          details,
          place,
          actor: undefined,
        });
      }
      if (performance.now() - start < SLICE_MS) continue;
      await setImmediate();
      start = performance.now();
    }
    return { from, changes };
  }

  /** Whether the step is still from what is stored, which nobody else replaces until the transaction ends. */
  async isCurrent(
    manager: EntityManager,
    { sdkId, source }: ConfigPlace,
    { from }: ConfigStep,
  ): Promise<boolean> {
    const [row] = await manager.query<{ version: string }[]>(sql.LOCK_VERSION, [sdkId, source]);
    return (row === undefined ? undefined : Number(row.version)) === from;
  }

  async record(manager: EntityManager, { from, changes }: ConfigStep, to: number): Promise<void> {
    if (from === undefined) return;
    for (let start = 0; start < changes.length; start += ROWS) {
      const some = changes.slice(start, start + ROWS);
      const recorded = some.map((change) => ({ ...change, fromVersion: from, toVersion: to }));
      await this.outbox.write(manager, recorded);
    }
  }
}

/** Undefined: another version of this service took what this one does not. */
function configOf(json: string): ConfigJson | undefined {
  try {
    return readBaseConfig(json).config;
  } catch (error) {
    if (error instanceof InvalidConfigError) return undefined;
    throw error;
  }
}
