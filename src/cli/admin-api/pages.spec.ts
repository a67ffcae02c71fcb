import { describe, expect, it, vi } from 'vitest';
import { follow, type PageRequest } from './pages.js';
import type { Page } from './shape.js';

/** A list of so many numbers, in pages of at most 1,000. */
function list(size: number) {
  return vi.fn<(request: PageRequest) => Promise<Page<number>>>(({ limit, after }) => {
    const start = Number(after ?? 0);
    const end = Math.min(size, start + Number(limit));
    const items = Array.from({ length: end - start }, (_, index) => start + index);
    return Promise.resolve({ items, next: end < size ? String(end) : null });
  });
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('a list that comes in pages', () => {
  it('is read to its end', async () => {
    const read = list(2_500);
    expect(await all(follow(read))).toHaveLength(2_500);
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('is read no further than was asked for', async () => {
    const read = list(2_500);
    expect(await all(follow(read, 1_200))).toHaveLength(1_200);
    expect(read.mock.calls).toEqual([[{ limit: 1_000 }], [{ limit: 200, after: '1000' }]]);
  });

  it('that is empty is one page', async () => {
    expect(await all(follow(list(0)))).toEqual([]);
  });

  it('that goes round in circles is given up', async () => {
    const circle = follow(() => Promise.resolve({ items: [1], next: 'here' }));
    await expect(all(circle)).rejects.toThrow('same page');
  });
});
