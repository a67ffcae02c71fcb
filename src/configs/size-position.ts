import type { Feed } from '../audiences/feed.js';

/**
 * The change of the feed up to which this process knows how many members each audience has. The feed
 * is further while an audience's new set of members is still loaded: it counts the old one until then.
 */
export class SizePosition {
  /** By audience, the changes that told of a set which is not there yet, oldest first. */
  private readonly awaited = new Map<number, number[]>();

  constructor(private readonly feed: Pick<Feed, 'listen' | 'position'>) {
    feed.listen({
      changed: (changes) => {
        for (const { id, audienceId, newSet } of changes) {
          if (newSet !== undefined) {
            this.awaited.set(audienceId, [...(this.awaited.get(audienceId) ?? []), id]);
          }
        }
      },
      loaded: () => this.awaited.clear(),
      replaced: (audienceId) => {
        const [, ...left] = this.awaited.get(audienceId) ?? [];
        if (left.length === 0) this.awaited.delete(audienceId);
        else this.awaited.set(audienceId, left);
      },
    });
  }

  get current(): number {
    const oldest = Math.min(...[...this.awaited.values()].flatMap(([id]) => id ?? []));
    return Math.min(this.feed.position, oldest - 1);
  }
}
