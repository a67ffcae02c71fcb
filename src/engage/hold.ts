import type { ByteBound } from './byte-bound.js';
import { QueueFullError } from './engage.errors.js';

/** What one request takes of some bounds, from its first byte to the end of the work on it. */
export class Hold {
  private bytes = 0;

  constructor(private bounds: readonly ByteBound[]) {}

  /** Refuses at once what will not fit; takes nothing yet. @throws QueueFullError */
  expect(bytes: number): void {
    if (this.bounds.every((bound) => bound.hasRoomFor(bytes))) return;
    throw new QueueFullError(
      'The requests under way hold as much as may be held at once; send this one again.',
    );
  }

  /** @throws QueueFullError */
  add(bytes: number): void {
    this.expect(bytes);
    this.bytes += bytes;
    for (const bound of this.bounds) bound.add(bytes);
  }

  /** Counts under this bound no more. */
  leave(left: ByteBound): void {
    if (!this.bounds.includes(left)) return;
    left.add(-this.bytes);
    this.bounds = this.bounds.filter((bound) => bound !== left);
  }

  /** Gives everything back; a second call does nothing. */
  release(): void {
    for (const bound of this.bounds) bound.add(-this.bytes);
    this.bounds = [];
  }
}
