import { describe, expect, it, vi } from 'vitest';
import type { ConfigJson, SettingJson } from '../../src/evaluation/config-json.js';
import { ServiceLogger } from '../../src/observability/service-logger.js';
import { identify } from '../support/builders.js';
import { ConfigCatClient } from '../support/configcat-client.js';
import { ConfigFile } from '../support/config-file.js';
import { EventStream } from '../support/event-stream.js';
import { request } from '../support/http-answer.js';
import { TOKEN } from '../support/service.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const EQUALS = 28;
const ARRAY_CONTAINS_ANY_OF = 34;
const LATER = '2024-05-03T20:00:00.000Z';

/** True for who is in the segment. */
function segmentFlag(segment: number): SettingJson {
  return {
    t: 0,
    v: { b: false },
    i: 'v_out',
    r: [{ c: [{ s: { s: segment, c: 0 } }], s: { v: { b: true }, i: 'v_in' } }],
  };
}

/** What a team has in ConfigCat: its flags, and segments that nobody is in there. */
function dashboard(text = 'one'): ConfigJson {
  return {
    p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'dashboard salt' },
    s: [
      { n: 'Staff', r: [{ a: 'Identifier', c: EQUALS, s: 'boss' }] },
      { n: 'Power users', r: [{ a: 'Identifier', c: EQUALS, s: 'nobody' }] },
      { n: 'Vip', r: [{ a: 'Identifier', c: EQUALS, s: 'nobody' }] },
    ],
    f: {
      staff: segmentFlag(0),
      power: segmentFlag(1),
      vip: segmentFlag(2),
      text: { t: 1, v: { s: text }, i: `v_${text}` },
      audience_taken: { t: 1, v: { s: 'of the dashboard' }, i: 'v_taken' },
      attributed: {
        t: 0,
        v: { b: false },
        i: 'v_other',
        r: [
          {
            c: [{ u: { a: 'audiences', c: ARRAY_CONTAINS_ANY_OF, l: ['asked_for'] } }],
            s: { v: { b: true }, i: 'v_asked_for' },
          },
        ],
      },
    },
  };
}

const file = new ConfigFile(dashboard());
const changing = new ConfigFile(dashboard());
const bed = new TestBed({
  sdks: {
    default: { product: 'default' },
    file: { offline: file.offline },
    flagged: { offline: file.offline, audience_flags: true },
    changing: { offline: changing.offline, product: 'another' },
  },
  engage: {
    destinations: {
      dest: { token: TOKEN },
      overlay: { token: TOKEN, overlay_segments: true },
    },
  },
});

const text = (): Promise<unknown> => bed.flag('text', 'ada', 'changing');

describe('a base config', () => {
  it('keeps its flags and segments, and its bytes while nothing of ours is in it', async () => {
    await bed.sees('staff', 'boss', true, 'file');
    expect(await bed.flag('staff', 'ada', 'file')).toBe(false);
    const config = await request(`${bed.base}/configuration-files/configcat-proxy/file`);
    expect(config.text).toBe(JSON.stringify(dashboard()));
  });

  it('has a name (2) beside a segment of its own, which stays as it is', async () => {
    await bed.send(identify({ key: 'vip', userId: 'ada' }));
    expect(await bed.rows.segments('default')).toContain('Vip (2)');
    await bed.sees('audience_vip', 'ada', true, 'flagged');
    expect(await bed.flag('vip', 'ada', 'file')).toBe(false);
  });

  it('has an audience in the place of its segment, where the destination overlays', async () => {
    await bed.send(identify({ userId: 'ada' }), { destination: 'overlay' });
    expect(await bed.rows.segments('default')).toContain('Power users');
    await bed.sees('power', 'ada', true, 'file');
    expect(await bed.flag('power', 'nobody', 'file')).toBe(false);
    expect(await bed.flag('staff', 'boss', 'file')).toBe(true);
  });

  it('reaches an SDK with the overlay in it, hashed with its own salt', async () => {
    await bed.send(identify({ userId: 'bea' }), { destination: 'overlay' });
    const client = ConfigCatClient.manual(bed.base, 'file');
    const current = async (): Promise<unknown> => {
      await client.refresh();
      return client.value('power', 'bea');
    };
    await expect.poll(current, PATIENCE).toBe(true);
    expect(await client.value('power', 'nobody')).toBe(false);
    expect(await client.value('staff', 'boss')).toBe(true);
    expect(await client.keys()).toEqual([
      'attributed',
      'audience_taken',
      'power',
      'staff',
      'text',
      'vip',
    ]);
    const { body } = await request(`${bed.base}/configuration-files/configcat-proxy/file`);
    expect(body).toMatchObject({
      p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'dashboard salt' },
      s: [dashboard().s?.[0], { n: 'Power users' }, dashboard().s?.[2]],
    });
    expect(JSON.stringify(body)).not.toMatch(/\bada\b|\bbea\b/);
  });
});

describe('a flag of a base config', () => {
  it('goes before an audience flag of its key', async () => {
    await bed.send(identify({ key: 'taken', userId: 'ada' }));
    await bed.sees('audience_taken', 'ada', true);
    expect(await bed.flag('audience_taken', 'ada', 'flagged')).toBe('of the dashboard');
  });

  it('may ask for the membership attribute, which is known here whatever the request says', async () => {
    const stream = new EventStream(bed.base, {
      key: 'attributed',
      sdkId: 'file',
      user: { Identifier: 'ada', audiences: ['asked_for'] },
    });
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: false });
    await bed.send(identify({ key: 'asked_for', userId: 'somebody' }));
    await bed.sees('audience_asked_for', 'somebody', true);
    expect(await bed.flag('attributed', 'ada', 'file')).toBe(false);
    await bed.send(identify({ key: 'asked_for', userId: 'ada' }));
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: true });
    await bed.sees('attributed', 'ada', true, 'file');
    await bed.send(identify({ key: 'asked_for', userId: 'ada', isMember: false, at: LATER }));
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: false });
    expect(stream.messages).toHaveLength(3);
  });
});

describe('the file of a base config', () => {
  it('shows when another takes its place, by a rename or by a link', async () => {
    await expect.poll(text, PATIENCE).toBe('one');
    const path = `${bed.base}/configuration-files/configcat-proxy/changing`;
    const before = (await request(path)).headers.get('etag');
    await changing.replace(dashboard('two'));
    await expect.poll(text, PATIENCE).toBe('two');
    await expect.poll(async () => (await request(path)).text, PATIENCE).toContain('"two"');
    expect((await request(path)).headers.get('etag')).not.toBe(before);
    await changing.link(dashboard('three'));
    await expect.poll(text, PATIENCE).toBe('three');
    await changing.link(dashboard('four'));
    await expect.poll(text, PATIENCE).toBe('four');
    await changing.replace(dashboard('one'));
    await expect.poll(text, PATIENCE).toBe('one');
    await expect.poll(async () => (await request(path)).headers.get('etag'), PATIENCE).toBe(before);
  });

  it('that is half written, no JSON or no config leaves the last good one', async () => {
    await changing.replace(dashboard('good'));
    await expect.poll(text, PATIENCE).toBe('good');
    const whole = JSON.stringify(dashboard('never'));
    const error = vi.spyOn(ServiceLogger.prototype, 'error').mockReturnValue();
    for (const content of [whole.slice(0, -20), '[]', '{"f":{"text":{"t":"1"}}}']) {
      error.mockClear();
      await changing.write(content);
      await expect.poll(() => String(error.mock.calls), PATIENCE).toContain(changing.path);
      expect(await text()).toBe('good');
    }
    await changing.write(dashboard('next'));
    await expect.poll(text, PATIENCE).toBe('next');
  });
});
