import { describe, expect, it } from 'vitest';
import { identify, track } from '../support/builders.js';
import { ConfigCatClient } from '../support/configcat-client.js';
import { ConfigFile } from '../support/config-file.js';
import { request } from '../support/http-answer.js';
import { Recorder } from '../support/recorder.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const LATER = '2024-05-03T20:00:00.000Z';
/** As ConfigCat makes them: `configcat-sdk-1/`, and twice 22 characters. Older ones lack the first part. */
const SDK_KEY = 'configcat-sdk-1/AAAAaaaa-_0000BBBBbbbb/CCCCcccc1111DDDDdddd-_';
const OLDER_KEY = 'EEEEeeee2222FFFFffff-_/GGGGgggg3333HHHHhhhh-_';

const file = new ConfigFile(SERVED_FLAGS);
const bed = new TestBed({
  sdks: {
    default: {},
    keyed: { key: SDK_KEY, offline: file.offline },
    older: { key: OLDER_KEY, offline: file.offline },
  },
});

/** Makes the flag `audience_<key>`, which is true for `somebody`, and waits until the CDN has it. */
async function flagOf(key: string): Promise<string> {
  await bed.send(identify({ key, userId: 'somebody' }));
  const config = async (): Promise<string> =>
    (await request(`${bed.base}/configuration-files/configcat-proxy/default`)).text;
  await expect.poll(config, PATIENCE).toContain(`"audience_${key}"`);
  return `audience_${key}`;
}

describe('a ConfigCat SDK', () => {
  it('that polls sees a user enter and leave, and gets 304 in between', async () => {
    const flag = await flagOf('polled');
    const recorder = await Recorder.before(bed.base);
    const client = ConfigCatClient.polling(recorder.base);
    const ada = (): Promise<unknown> => client.value(flag, 'ada');
    await expect.poll(ada, PATIENCE).toBe(false);
    await expect.poll(() => recorder.statuses, PATIENCE).toContain(304);
    await bed.send(identify({ key: 'polled', userId: 'ada' }));
    await expect.poll(ada, PATIENCE).toBe(true);
    await bed.send(track({ key: 'polled', userId: 'ada', isMember: false, at: LATER }));
    await expect.poll(ada, PATIENCE).toBe(false);
    expect(await client.value(flag, 'somebody')).toBe(true);
    const changes = recorder.statuses.filter((status) => status === 200);
    expect(changes.length).toBeGreaterThanOrEqual(3);
    expect(recorder.statuses.every((status) => status === 200 || status === 304)).toBe(true);
  });

  it('that loads lazily asks when a value is read, and gets 304 until it changes', async () => {
    const flag = await flagOf('lazy');
    const recorder = await Recorder.before(bed.base);
    const client = ConfigCatClient.lazy(recorder.base);
    const ada = (): Promise<unknown> => client.value(flag, 'ada');
    expect(recorder.exchanges).toEqual([]);
    expect(await ada()).toBe(false);
    expect(recorder.statuses).toEqual([200]);
    const unchanged = async (): Promise<readonly number[]> => {
      await ada();
      return recorder.statuses;
    };
    await expect.poll(unchanged, PATIENCE).toEqual([200, 304, 304]);
    await bed.send(identify({ key: 'lazy', userId: 'ada' }));
    await expect.poll(ada, PATIENCE).toBe(true);
    expect(recorder.last?.status).toBe(200);
  });

  it('that is refreshed by hand gets 200, then 304, and sees nothing before it asks', async () => {
    const flag = await flagOf('manual');
    const recorder = await Recorder.before(bed.base);
    const client = ConfigCatClient.manual(recorder.base);
    await client.refresh();
    await client.refresh();
    expect(recorder.statuses).toEqual([200, 304]);
    expect(recorder.last?.requestHeaders['if-none-match']).toBe(
      recorder.exchanges[0]?.headers.etag,
    );
    await bed.send(identify({ key: 'manual', userId: 'ada' }));
    await bed.sees(flag, 'ada', true);
    expect(await client.value(flag, 'ada')).toBe(false);
    const current = async (): Promise<unknown> => {
      await client.refresh();
      return client.value(flag, 'ada');
    };
    await expect.poll(current, PATIENCE).toBe(true);
    expect(recorder.last?.status).toBe(200);
  });

  it('keeps what it has while the service is away', async () => {
    const flag = await flagOf('kept');
    const recorder = await Recorder.before(bed.base);
    const client = ConfigCatClient.manual(recorder.base);
    const current = async (): Promise<unknown> => {
      await client.refresh();
      return client.value(flag, 'somebody');
    };
    await expect.poll(current, PATIENCE).toBe(true);
    await recorder.close();
    await expect(client.refresh()).rejects.toThrow('to fetch config JSON');
    expect(await client.value(flag, 'somebody')).toBe(true);
  });

  it('of an id that is not there is told that its key is wrong', async () => {
    const client = ConfigCatClient.manual(bed.base, 'nobody');
    await expect(client.refresh()).rejects.toThrow('Your SDK Key seems to be wrong');
  });

  it.each([SDK_KEY, OLDER_KEY])(
    'with the SDK key %s gets the config of that SDK',
    async (sdkKey) => {
      const recorder = await Recorder.before(bed.base);
      const client = ConfigCatClient.withKey(recorder.base, sdkKey);
      await client.refresh();
      await client.refresh();
      expect(recorder.statuses).toEqual([200, 304]);
      expect(recorder.last?.path).toBe(`/configuration-files/${sdkKey}/config_v6.json`);
      expect(await client.value('byCountry', 'ada')).toBe('elsewhere');
      const byId = ConfigCatClient.manual(bed.base, 'keyed');
      await byId.refresh();
      expect(await byId.keys()).toEqual(await client.keys());
    },
  );

  it('with a key that no SDK has is told that it is wrong', async () => {
    const client = ConfigCatClient.withKey(bed.base, SDK_KEY.replace('AAAA', 'ZZZZ'));
    await expect(client.refresh()).rejects.toThrow('Your SDK Key seems to be wrong');
  });
});
