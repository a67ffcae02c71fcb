import { AudienceEntity } from './audiences/audience.entity.js';
import { ErasedMemberEntity } from './audiences/erased-member.entity.js';
import { HistoryErasureEntity } from './audiences/history-erasure.entity.js';
import { MemberImportEntity } from './audiences/member-import.entity.js';
import { MembershipChangeEntity } from './audiences/membership-change.entity.js';
import { MembershipEntity } from './audiences/membership.entity.js';
import { ReplicaEntity } from './audiences/replica.entity.js';
import { BaseConfigEntity } from './configs/base-config.entity.js';
import { SegmentDeliveryEntity } from './configs/segment-delivery.entity.js';
import type { EntityClass } from './database/database.js';
import { InstanceEntity } from './database/instance.entity.js';
import { RejectedEventEntity } from './engage/rejected-event.entity.js';
import { OutboxEntity } from './outbox/outbox.entity.js';
import { SegmentChangeEntity } from './segments/segment-change.entity.js';
import { SegmentEntity } from './segments/segment.entity.js';

/** The tables of all rooms. */
export const ENTITIES: readonly EntityClass[] = [
  InstanceEntity,
  AudienceEntity,
  MembershipEntity,
  MembershipChangeEntity,
  ErasedMemberEntity,
  HistoryErasureEntity,
  MemberImportEntity,
  ReplicaEntity,
  SegmentEntity,
  SegmentChangeEntity,
  RejectedEventEntity,
  BaseConfigEntity,
  SegmentDeliveryEntity,
  OutboxEntity,
];
