import { Feed, type FeedChange } from '../../src/audiences/feed.js';
import type { Database } from '../../src/database/database.js';
import { Notifications } from '../../src/database/notifications.js';
import { expectWholeFeed } from './agreement.js';
import { eventually } from './eventually.js';
import type { Rows } from './rows.js';
import { testDatabase } from './template.js';

/** A replica that does nothing but read the feed, and remembers all that it was told. */
export class Witness {
  private readonly database: Database;
  private readonly notifications: Notifications;
  private readonly feed: Feed;
  private seen: FeedChange[] = [];
  private from = 0;

  private constructor(url: string) {
    this.database = testDatabase(url);
    // What it can't reach it asks for again.
    this.notifications = new Notifications(this.database, () => undefined);
    this.feed = new Feed(this.database, this.notifications, () => undefined);
    this.feed.listen({
      replaced: () => {},
      changed: (changes) => void this.seen.push(...changes),
      loaded: () => {
        this.seen = [];
        this.from = this.feed.position;
      },
    });
  }

  static async start(url: string): Promise<Witness> {
    const witness = new Witness(url);
    await witness.database.connect();
    witness.feed.start();
    witness.notifications.start();
    // A fault in the middle of its first load would be of that load, and not of what it is to see.
    await eventually(() => {
      if (witness.feed.index === undefined) throw new Error('nothing was loaded yet');
    });
    return witness;
  }

  /** It was told every change since its last load, once and in order. */
  async expectWhole(rows: Rows): Promise<void> {
    await eventually(() => expectWholeFeed(this.seen, rows, this.from));
  }

  async stop(): Promise<void> {
    await this.feed.stop();
    await this.notifications.stop();
    await this.database.close();
  }
}
