import type { EntityManager } from 'typeorm';
import { segmentChange, type DescribedSegment } from '../changes/segment-changes.js';
import type { ChangePlaces } from '../outbox/change-places.js';
import type { Actor } from '../outbox/changed-event.js';
import type { Outbox } from '../outbox/outbox.js';
import { servedCondition } from './condition-json.js';
import { isAudienceDefinition, type AudienceDefinition } from './segment-definition.js';
import * as sql from './segment.sql.js';
import { conditionsOf } from './segment.js';
import type { StoredSegment } from './stored-segment.js';

/** Sensitive values are told by their hashes, and these by their number; a rename hashes nothing anew. */
const HASHED = { salt: '', segmentName: '' };

/** A segment before and after somebody changed it; one is missing where it was made or deleted. */
export interface SegmentVersions {
  readonly before: StoredSegment | undefined;
  readonly after: StoredSegment | undefined;
}

/** Notes what became of a segment, in the transaction that changes it. */
export class SegmentChanges {
  constructor(
    private readonly outbox: Outbox,
    private readonly places: ChangePlaces,
  ) {}

  async record(
    manager: EntityManager,
    { before, after }: SegmentVersions,
    actor: Actor,
  ): Promise<void> {
    const segment = after ?? before;
    if (!this.outbox.isOn || segment === undefined) return;
    const change = segmentChange(
      before && (await describe(manager, before)),
      after && (await describe(manager, after)),
    );
    if (change === undefined) return;
    const fromVersion = before?.version ?? 0;
    await this.outbox.write(manager, [
      {
        scope: segment.product,
        subject: segment.id,
        fromVersion,
        toVersion: after?.version ?? fromVersion + 1,
        details: change.details,
        place: this.places.ofProduct(segment.product),
        actor,
      },
    ]);
  }
}

async function describe(
  manager: EntityManager,
  { name, description, overlay, definition, audienceId }: StoredSegment,
): Promise<DescribedSegment> {
  if (!isAudienceDefinition(definition)) {
    const conditions = conditionsOf(definition) ?? [];
    const is = { conditions: conditions.map((one) => servedCondition(one, HASHED)) };
    return { name, description, overlay, is };
  }
  const { delivery } = definition;
  const audience = await audienceName(manager, definition, audienceId);
  return { name, description, overlay, is: { audience, delivery } };
}

async function audienceName(
  manager: EntityManager,
  { audience }: AudienceDefinition,
  audienceId: number | undefined,
): Promise<string> {
  if (audienceId !== undefined) {
    const [row] = await manager.query<{ name: string }[]>(sql.READ_AUDIENCE_NAME, [audienceId]);
    if (row !== undefined) return row.name;
  }
  return 'id' in audience ? audience.id : audience.computationId;
}
