import { Feed } from '../../src/audiences/feed.js';
import type { Database } from '../../src/database/database.js';
import { Notifications } from '../../src/database/notifications.js';
import { eventually } from './eventually.js';

/** A feed that is not started yet; what goes wrong in it fails the test. */
export function quietFeed(database: Database): Feed {
  return new Feed(database, new Notifications(database, raise), raise);
}

/** Starts it; resolves once it has its first load. */
export async function startFeed(feed: Feed): Promise<void> {
  feed.start();
  await eventually(() => {
    if (feed.index === undefined) throw new Error('memberships are not loaded yet');
  });
}

function raise(error: unknown): never {
  throw error;
}
