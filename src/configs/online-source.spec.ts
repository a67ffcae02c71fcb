import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { textConfig } from '../../test/support/upstream.js';
import { contentOf, readBaseConfig, type BaseConfig } from './base-config.js';
import { OnlineSource } from './online-source.js';
import type { Poller } from './polling-lock.js';
import type { StoredConfig } from './stored-configs.js';
import { unexpectedStatus } from './upstream.error.js';
import type { UpstreamAnswer } from './upstream.js';

const base = (text: string, etag?: string): BaseConfig => readBaseConfig(textConfig(text), etag);
const config = (text: string, etag?: string): UpstreamAnswer => ({
  kind: 'config',
  base: base(text, etag),
});
const storedConfig = (text: string, age = 1_000): StoredConfig => ({
  sdkId: 'app',
  content: contentOf(base(text)),
  etag: undefined,
  json: textConfig(text),
  age,
});

/** An upstream that answers when the test says so. */
function held() {
  const answers: Array<(answer: UpstreamAnswer) => void> = [];
  const promise = new Promise<UpstreamAnswer>((resolve) => answers.push(resolve));
  return { promise, answer: (answer: UpstreamAnswer) => answers[0]?.(answer) };
}

describe('a source that is fetched', () => {
  let source: OnlineSource;
  let poller: Poller;
  let upstream: () => Promise<UpstreamAnswer>;
  let tags: Array<string | undefined>;
  let inDatabase: StoredConfig | undefined;
  let isDatabaseAway: boolean;
  let written: string[];
  let attempts: number;
  let seen: string[];
  let failures: string[];
  let gain: (source: string) => void;

  beforeEach(() => {
    poller = 'this';
    upstream = () => Promise.resolve(config('one'));
    tags = [];
    inDatabase = undefined;
    isDatabaseAway = false;
    written = [];
    attempts = 0;
    seen = [];
    failures = [];
    source = make();
  });
  afterEach(() => source.stop());

  const make = (interval = 60_000): OnlineSource =>
    new OnlineSource(
      { sdkId: 'app', source: 'name', interval },
      {
        upstream: {
          fetch: (etag) => {
            tags.push(etag);
            return upstream();
          },
          close: () => {},
        },
        stored: {
          read: () => Promise.resolve(inDatabase === undefined ? [] : [inDatabase]),
          write: (_place, { json }) => {
            attempts += 1;
            if (isDatabaseAway) return Promise.reject(new Error('away'));
            written.push(json);
            return Promise.resolve();
          },
        },
        lock: {
          pollerOf: () => Promise.resolve(poller),
          onGain: (listener) => {
            gain = listener;
          },
        },
        log: { failure: (message) => failures.push(String(message)), event: () => {} },
        onDatabaseError: () => {},
        loops: undefined,
      },
    );
  const start = async (): Promise<void> => {
    source.start(({ base: given }) => seen.push(given?.json ?? ''));
    await source.firstLook;
  };
  const texts = (): Array<string | undefined> =>
    seen.map((json) => /"v":\{"s":"(\w+)"/.exec(json)?.[1]);

  it('gives what it fetched, and stores it', async () => {
    await start();
    expect(texts()).toEqual(['one']);
    await eventually(() => expect(written).toEqual([textConfig('one')]));
    expect(source.status).toMatchObject({ mode: 'online', type: 'remote', status: 'healthy' });
    expect(source.status.records.at(-1)).toContain('[ok] config fetched');
    expect(Date.now() - (source.status.fetchedAt?.getTime() ?? 0)).toBeLessThan(10_000);
  });

  it('asks by the tag it has, and keeps what is unchanged', async () => {
    upstream = () => Promise.resolve(config('one', '"one"'));
    await start();
    upstream = () => Promise.resolve({ kind: 'unchanged' });
    await source.refresh();
    expect(tags).toEqual([undefined, '"one"']);
    expect(texts()).toEqual(['one']);
    expect(source.status.records.at(-1)).toContain('[ok] config not modified');
  });

  it('trusts no tag that came with another config: it asks without one, and stores none', async () => {
    upstream = () => Promise.resolve(config('one', '"same"'));
    await start();
    upstream = () => Promise.resolve(config('two', '"same"'));
    await source.refresh();
    await source.refresh();
    expect(tags).toEqual([undefined, '"same"', undefined]);
    expect(texts()).toEqual(['one', 'two']);
    expect(source.wanted.content).toBe(contentOf(base('two')));
  });

  it('fetches once for all that ask at one time', async () => {
    await start();
    const { promise, answer } = held();
    upstream = () => promise;
    const refreshes = [source.refresh(), source.refresh(), source.refresh()];
    answer(config('two'));
    await Promise.all(refreshes);
    expect(tags).toHaveLength(2);
    expect(texts()).toEqual(['one', 'two']);
  });

  it('keeps what was good, and says why and what is served', async () => {
    upstream = () => Promise.reject(unexpectedStatus(404));
    await start();
    expect(failures[0]).toContain('There is no config to serve yet');
    expect(source.status).toMatchObject({ status: 'down', fetchedAt: undefined });
    upstream = () => Promise.resolve(config('one'));
    await source.refresh();
    upstream = () => Promise.reject(unexpectedStatus(500));
    await expect(source.refresh()).rejects.toThrow('500');
    await expect(source.refresh()).rejects.toThrow('500');
    expect(failures.at(-1)).toContain('The last good config stays.');
    expect(texts()).toEqual(['one']);
    expect(source.status.status).toBe('degraded');
    expect(source.status.records.at(-1)).toContain(
      '[error] unexpected response received: 500 Internal Server Error',
    );
  });

  it('gives at its start what is stored, at once, though the upstream hangs', async () => {
    inDatabase = storedConfig('stored');
    const { promise, answer } = held();
    upstream = () => promise;
    await start();
    expect(texts()).toEqual(['stored']);
    expect(source.status.type).toBe('cache');
    await eventually(() => expect(tags).toHaveLength(1));
    answer(config('two'));
    await eventually(() => expect(texts()).toEqual(['stored', 'two']));
    expect(source.status.type).toBe('remote');
  });

  it('leaves the upstream alone while another replica asks it', async () => {
    poller = 'another';
    inDatabase = storedConfig('stored', 0);
    source = make(200);
    await start();
    inDatabase = storedConfig('newer', 0);
    await eventually(() => expect(texts()).toEqual(['stored', 'newer']));
    expect(tags).toEqual([]);
  });

  it('asks all the same when nothing is stored, or when the other one gets nothing good', async () => {
    poller = 'another';
    await start();
    expect(texts()).toEqual(['one']);
    await source.stop();
    source = make(20);
    inDatabase = storedConfig('old', 60_000);
    upstream = () => Promise.resolve(config('fresh'));
    await start();
    await eventually(() => expect(texts()).toContain('fresh'));
  });

  it('asks at once when polling comes to it', async () => {
    poller = 'another';
    inDatabase = storedConfig('stored');
    await start();
    poller = 'this';
    gain('another name');
    gain('name');
    await eventually(() => expect(texts()).toEqual(['stored', 'one']));
  });

  it('takes no stored one that is older than its own, also when the clocks differ', async () => {
    await start();
    source.offer(storedConfig('older', 60_000));
    expect(texts()).toEqual(['one']);
    source.offer(storedConfig('newer', -60_000));
    expect(texts()).toEqual(['one', 'newer']);
  });

  it('takes no answer to what it asked before a newer one was stored', async () => {
    await start();
    const { promise, answer } = held();
    upstream = () => promise;
    const refresh = source.refresh();
    source.offer(storedConfig('newer', 0));
    answer(config('overtaken'));
    await refresh;
    expect(texts()).toEqual(['one', 'newer']);
  });

  it('stores at its next look what it could not store, though the upstream has nothing good', async () => {
    isDatabaseAway = true;
    source = make(20);
    await start();
    upstream = () => Promise.reject(unexpectedStatus(500));
    await eventually(() => expect(failures).not.toEqual([]));
    expect(written).toEqual([]);
    isDatabaseAway = false;
    await eventually(() => expect(written).toEqual([textConfig('one')]));
  });

  it('stores when it stops what it could not store', async () => {
    isDatabaseAway = true;
    await start();
    await eventually(() => expect(attempts).toBe(1));
    isDatabaseAway = false;
    await source.stop();
    expect(written).toEqual([textConfig('one')]);
  });

  it('survives a stored config of a form that it does not know', async () => {
    await start();
    source.offer({ ...storedConfig('odd', 0), json: '{"f":[]}' });
    expect(failures[0]).toContain('stored config');
    expect(texts()).toEqual(['one']);
  });
});
