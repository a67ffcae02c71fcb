import { describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { textConfig } from '../../test/support/upstream.js';
import { readBaseConfig } from './base-config.js';
import { fetched } from './kept-config.js';
import { StoredConfigWriter } from './stored-config-writer.js';

const PLACE = { sdkId: 'app', source: 'name' };
const kept = (text: string) => fetched(readBaseConfig(textConfig(text)), performance.now());

/** A PostgreSQL that answers each statement as the test says. */
function database(answer: () => Promise<void>) {
  const asked: string[] = [];
  return {
    asked,
    write: (_place: unknown, { json }: { readonly json: string }) => {
      asked.push(json);
      return answer();
    },
  };
}

describe('what a source gave', () => {
  it('is written last of all that came while PostgreSQL took its time', async () => {
    const releases: Array<() => void> = [];
    const stored = database(() => new Promise((resolve) => releases.push(resolve)));
    const writer = new StoredConfigWriter(stored, PLACE, () => {});
    for (const text of ['one', 'two', 'three']) writer.write(kept(text));
    releases[0]?.();
    await eventually(() => expect(stored.asked).toHaveLength(2));
    releases[1]?.();
    await writer.stop();
    expect(stored.asked).toEqual([textConfig('one'), textConfig('three')]);
  });

  it('is tried once more at the end, and then given up', async () => {
    const stored = database(() => Promise.reject(new Error('away')));
    const errors: unknown[] = [];
    const writer = new StoredConfigWriter(stored, PLACE, (error) => errors.push(error));
    writer.write(kept('one'));
    await eventually(() => expect(errors).toHaveLength(1));
    await writer.stop();
    expect(errors).toHaveLength(2);
    await writer.stop();
    expect(stored.asked).toHaveLength(2);
  });

  it('is written once where nothing went wrong', async () => {
    const stored = database(() => Promise.resolve());
    const writer = new StoredConfigWriter(stored, PLACE, () => {});
    writer.write(kept('one'));
    await writer.stop();
    expect(stored.asked).toHaveLength(1);
  });

  it('holds up no stop for long while PostgreSQL is silent', async () => {
    const stored = database(() => new Promise(() => {}));
    const errors: unknown[] = [];
    const writer = new StoredConfigWriter(stored, PLACE, (error) => errors.push(error), 20);
    writer.write(kept('one'));
    await writer.stop();
    expect(errors).toHaveLength(1);
  });
});
