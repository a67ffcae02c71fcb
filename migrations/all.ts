import { Initial } from './0001-initial.js';
import { BaseConfigSource } from './0002-base-config-source.js';
import { Purges } from './0003-purges.js';
import { MemberSets } from './0004-member-sets.js';
import { DeletedAudiences } from './0005-deleted-audiences.js';
import { SegmentNames } from './0006-segment-names.js';
import { Erasures } from './0007-erasures.js';
import { SegmentDeliveries } from './0008-segment-deliveries.js';
import { SegmentHistory } from './0009-segment-history.js';
import { BaseConfigVersions } from './0010-base-config-versions.js';
import { NewMembers } from './0011-new-members.js';

/** Every migration, oldest first. One that was released is never changed. */
export const MIGRATIONS = [
  Initial,
  BaseConfigSource,
  Purges,
  MemberSets,
  DeletedAudiences,
  SegmentNames,
  Erasures,
  SegmentDeliveries,
  SegmentHistory,
  BaseConfigVersions,
  NewMembers,
];
