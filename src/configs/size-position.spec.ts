import { beforeEach, describe, expect, it } from 'vitest';
import type { FeedChange, FeedListener } from '../audiences/feed.js';
import { SizePosition } from './size-position.js';

/** A feed that tells what a test says. */
class ToldFeed {
  position = 0;
  listener: FeedListener | undefined;

  listen(listener: FeedListener): void {
    this.listener = listener;
  }

  tell(id: number, audienceId: number, over: Partial<FeedChange> = {}): void {
    this.position = id;
    this.listener?.changed([{ id, audienceId, memberKeys: [], isMembers: [], ...over }]);
  }
}

describe('the position up to which sizes are known', () => {
  let feed: ToldFeed;
  let sizes: SizePosition;

  beforeEach(() => {
    feed = new ToldFeed();
    sizes = new SizePosition(feed);
  });

  it("is the feed's", () => {
    expect(sizes.current).toBe(0);
    feed.tell(7, 1);
    expect(sizes.current).toBe(7);
  });

  it('stays before a new set of members until that is there', () => {
    feed.tell(7, 1, { newSet: 100 });
    feed.tell(8, 2, { newSet: 101 });
    feed.tell(9, 3);
    expect(sizes.current).toBe(6);
    feed.listener?.replaced(1);
    expect(sizes.current).toBe(7);
    feed.listener?.replaced(2);
    expect(sizes.current).toBe(9);
  });

  it('waits for each of the sets that one audience gets', () => {
    feed.tell(7, 1, { newSet: 100 });
    feed.tell(8, 1, { newSet: 101 });
    feed.listener?.replaced(1);
    expect(sizes.current).toBe(7);
    feed.listener?.replaced(1);
    expect(sizes.current).toBe(8);
  });

  it('waits for none once all was loaded anew', () => {
    feed.tell(7, 1, { newSet: 100 });
    feed.position = 12;
    feed.listener?.loaded();
    expect(sizes.current).toBe(12);
    feed.listener?.replaced(1);
    expect(sizes.current).toBe(12);
  });
});
