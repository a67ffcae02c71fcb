import { FailedError } from '../cli.errors.js';
import type { Page } from './shape.js';

/** The most that the API gives at once. */
const PAGE = 1_000;

/** Which part of a list is asked for: a query. */
export type PageRequest = Readonly<Record<'limit' | 'after', string | number | undefined>>;

/** Follows `next` to the end of a list, or until `limit` items were seen. */
export async function* follow<Item>(
  read: (request: PageRequest) => Promise<Page<Item>>,
  limit = Infinity,
): AsyncGenerator<Item, void> {
  let left = limit;
  let after: string | undefined;
  while (left > 0) {
    const size = Math.min(PAGE, left);
    const page = await read({ limit: size, after });
    yield* page.items;
    left -= page.items.length;
    if (page.next === null) return;
    // A service that goes round in circles would keep this program busy for ever.
    if (page.next === after) throw new FailedError('The service answers the same page again.');
    after = page.next;
  }
}
