import type { EntityManager } from 'typeorm';
import { BOUND_NUMBERING, LOCK_NUMBERING } from './erasure.sql.js';
import { COUNT_REMOVAL } from './import.sql.js';

/**
 * From here to the end of the transaction no flush passes, and those under way start again: so all
 * rows but the instance's are to be locked before, and what follows is short. The server sees to that.
 */
export async function stopFlushes(manager: EntityManager): Promise<void> {
  await manager.query(LOCK_NUMBERING);
  for (const bound of BOUND_NUMBERING) await manager.query(bound);
  await manager.query(COUNT_REMOVAL);
}
