import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import type { ServedConfig } from './served-config.js';
import { ServedVersions } from './served-versions.js';

/** A config of some size, that says which one it is. */
const content = (version: number): string => JSON.stringify({ version, of: 'x'.repeat(20_000) });

function textsOf(served: ServedConfig | undefined): readonly string[] {
  const gzip = served?.gzip && gunzipSync(served.gzip);
  const brotli = served?.brotli && brotliDecompressSync(served.brotli);
  return [served?.body, gzip, brotli].flatMap((bytes) => bytes?.toString() ?? []);
}

describe('the versions of a config', () => {
  let versions: ServedVersions;
  beforeEach(() => {
    versions = new ServedVersions((error) => {
      throw error;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    versions.stop();
  });

  it('are served with gzip at once, and with brotli soon, under one ETag', async () => {
    expect(versions.current).toBeUndefined();
    await versions.serve(content(1));
    const first = versions.current;
    expect(textsOf(first)).toEqual([content(1), content(1)]);
    await eventually(() => expect(versions.current?.brotli).toBeDefined());
    expect(textsOf(versions.current)).toEqual([content(1), content(1), content(1)]);
    expect(versions.current?.etag).toBe(first?.etag);
  });

  it('have no brotli before they stood for a second, each of them anew', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await versions.serve(content(1));
    vi.advanceTimersByTime(999);
    await versions.serve(content(2));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(999);
    expect(vi.getTimerCount()).toBe(1);
    expect(versions.current?.brotli).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    await eventually(() => expect(versions.current?.brotli).toBeDefined());
    expect(textsOf(versions.current)[2]).toBe(content(2));
  });

  it('never mix: whenever it is looked, all encodings are of one version', async () => {
    const seen = new Set<ServedConfig | undefined>();
    for (let version = 1; version <= 30; version += 1) {
      await versions.serve(content(version));
      seen.add(versions.current);
    }
    await eventually(() => expect(versions.current?.brotli).toBeDefined());
    seen.add(versions.current);
    expect(textsOf(versions.current)[2]).toBe(content(30));
    for (const served of seen) expect(new Set(textsOf(served)).size).toBe(1);
    // One for each version, and the last again with brotli.
    expect(seen.size).toBe(31);
  });

  it('stay as they are while their content does', async () => {
    await versions.serve(content(1));
    const first = versions.current;
    await versions.serve(content(1));
    expect(versions.current).toBe(first);
    await versions.serve(content(1), '"upstream"');
    expect(versions.current?.etag).toBe('"upstream"');
  });

  it('that are small have no encodings', async () => {
    await versions.serve('{}');
    expect(versions.current).toMatchObject({ gzip: undefined, brotli: undefined });
  });
});
