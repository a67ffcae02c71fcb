import { answerWithin } from '../database/answer-within.js';
import type { Database } from '../database/database.js';
import { RAISE_REVISION } from '../database/revision.js';
import type { ChosenDeliveries, Deliveries } from './chosen-deliveries.js';
import type { DeliveredAs } from './delivery.js';
import * as sql from './segment-delivery.sql.js';

/** A build waits for what it stores, so a connection in a black hole must not hold it up for long. */
const STORE_TIMEOUT_MS = 2_000;

export interface StoredDeliveriesSettings {
  readonly sdkIds: readonly string[];
  readonly inlineLimit: number;
  readonly inlineTotal: number;
}

/**
 * What was chosen by size for the segments of each SDK id, in PostgreSQL, so that replicas choose
 * alike, whatever each of them saw. Written when a choice changes, read with each revision.
 */
export class StoredDeliveries {
  private readonly listeners: Array<(sdkId: string) => void> = [];
  /** By SDK id; undefined until they were read once. */
  private known: ReadonlyMap<string, Deliveries> | undefined;

  constructor(
    private readonly database: Database,
    private readonly settings: StoredDeliveriesSettings,
    /** See ChosenDeliveries. */
    private readonly position: () => number,
  ) {}

  /** Those of one of the SDK ids. */
  of(sdkId: string): ChosenDeliveries {
    const known = (): Deliveries | undefined => this.known?.get(sdkId);
    const position = this.position;
    return {
      get last() {
        return known();
      },
      get position() {
        return position();
      },
      store: (choices, at) => this.store(sdkId, choices, at),
    };
  }

  /** Called after each read that found other choices for an SDK id, and after the first one. */
  onChange(listener: (sdkId: string) => void): void {
    this.listeners.push(listener);
  }

  /** With each revision. What was stored meanwhile and is missing here raised the next one. */
  async read(): Promise<void> {
    const { sdkIds, inlineLimit, inlineTotal } = this.settings;
    const rows = await this.database.queryPromptly<{ sdk_id: string; segment_id: string }>(
      { name: 'read_deliveries', text: sql.READ_BY_ATTRIBUTE },
      [sdkIds, inlineLimit, inlineTotal],
    );
    const read = new Map(sdkIds.map((id) => [id, new Map<string, DeliveredAs>()]));
    for (const row of rows) read.get(row.sdk_id)?.set(row.segment_id, 'attribute');
    const before = this.known;
    this.known = read;
    for (const [sdkId, deliveries] of read) {
      const old = before?.get(sdkId);
      if (old === undefined || !isSame(old, deliveries)) {
        this.listeners.forEach((listener) => listener(sdkId));
      }
    }
  }

  private async store(sdkId: string, choices: Deliveries, position: number): Promise<Deliveries> {
    const held = await answerWithin(this.write(sdkId, choices, position), STORE_TIMEOUT_MS);
    const deliveries = new Map([...(this.known?.get(sdkId) ?? []), ...held]);
    this.known = new Map(this.known).set(sdkId, deliveries);
    return held;
  }

  private async write(sdkId: string, choices: Deliveries, position: number): Promise<Deliveries> {
    const { inlineLimit, inlineTotal } = this.settings;
    const segmentIds = [...choices.keys()];
    const named = [sdkId, inlineLimit, inlineTotal, segmentIds];
    const rows = await this.database.transaction(async (manager) => {
      await manager.query(`set local statement_timeout = ${STORE_TIMEOUT_MS}`);
      const stored = await manager.query<object[]>(sql.STORE_DELIVERIES, [
        ...named,
        [...choices.values()],
        position,
      ]);
      const held = await manager.query<DeliveryRow[]>(sql.READ_SOME, named);
      if (stored.length > 0) await manager.query(RAISE_REVISION);
      return held;
    });
    return new Map(rows.map((row) => [row.segment_id, row.delivered_as]));
  }
}

interface DeliveryRow {
  readonly segment_id: string;
  readonly delivered_as: DeliveredAs;
}

/** A segment that is missing is a list. */
function isSame(one: Deliveries, other: Deliveries): boolean {
  const [ids, others] = [byAttribute(one), byAttribute(other)];
  return ids.size === others.size && [...ids].every((id) => others.has(id));
}

function byAttribute(deliveries: Deliveries): ReadonlySet<string> {
  return new Set([...deliveries].flatMap(([id, as]) => (as === 'attribute' ? [id] : [])));
}
