import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entries, identify } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { RawStream } from '../support/raw-stream.js';
import { startTestService, type TestService } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';

const bed = new TestBed();
let other: TestService;

beforeAll(async () => {
  other = await startTestService(bed.databaseUrl);
});
afterAll(() => other.stop());

/** Makes the audience, so that its flag is there. */
async function makeAudience(key: string): Promise<string> {
  await bed.send(identify({ key, userId: 'somebody' }));
  await bed.sees(`audience_${key}`, 'somebody', true);
  return `audience_${key}`;
}

describe('streams', () => {
  it('of a thousand users: the one who enters is told, and nobody else', async () => {
    const key = await makeAudience('watched');
    const streams = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) =>
        RawStream.open(bed.base, { key, user: { Identifier: `user_${n}` } }),
      ),
    );
    await eventually(() => expect(streams.map(({ values }) => values.length)).not.toContain(0));
    await bed.send(identify({ key: 'watched', userId: 'user_517' }));
    await eventually(() => expect(streams[517]?.values).toEqual([false, true]));
    // What all are told next shows that nobody was told anything before.
    await bed.send(entries(1_000, { key: 'watched' }));
    await eventually(() => {
      for (const { values } of streams) expect(values).toEqual([false, true]);
    });
  });

  it('of two replicas name the same by the same id, so clients may change from one to the other', async () => {
    const key = await makeAudience('shared');
    const user = { Identifier: 'ada' };
    const here = await RawStream.open(bed.base, { key, user });
    await eventually(() => expect(here.ids).toHaveLength(1));
    await eventually(async () => {
      const there = await RawStream.open(other.base, { key, user });
      await eventually(() => expect(there.ids).toEqual(here.ids));
    });
    const [lastId = ''] = here.ids;
    const back = await RawStream.open(other.base, { key, user, lastId });
    await bed.send(identify({ key: 'shared', userId: 'ada' }));
    await eventually(() => expect(back.values).toEqual([true]));
    await eventually(() => expect(here.ids).toHaveLength(2));
    expect(back.ids).toEqual(here.ids.slice(1));
  });
});
