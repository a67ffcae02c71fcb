import { describe, expect, it } from 'vitest';
import { UpstreamAddress } from './upstream-address.js';

const GLOBAL = 'https://cdn-global.configcat.com';
const EU = 'https://cdn-eu.configcat.com';

const address = (baseUrl?: string) => new UpstreamAddress({ baseUrl, dataGovernance: 'global' });
const config = (u: string, r: number) => ({ p: { u, r } });
const hostOf = (of: UpstreamAddress) => new URL(of.urlOf('a/b')).host;

describe('the address of a config', () => {
  it("is at ConfigCat's CDN of the data's region, or under base_url", () => {
    const eu = new UpstreamAddress({ baseUrl: undefined, dataGovernance: 'eu' });
    const path = '/configuration-files/a/b/config_v6.json';
    expect(address().urlOf('a/b')).toBe(GLOBAL + path);
    expect(eu.urlOf('a/b')).toBe(EU + path);
    expect(address('http://proxy:8050/').urlOf('a/b')).toBe(`http://proxy:8050${path}`);
    expect(address('http://proxy/under?a=b#c').urlOf('a/b')).toBe(`http://proxy/under${path}`);
  });

  it('takes a key for nothing but a part of the path', () => {
    expect(address().urlOf('a?b/c#d')).toContain('/configuration-files/a%3Fb/c%23d/config_v6.json');
  });

  it.each([
    ['may move', 0, false],
    ['should move', 1, true],
    ['must move', 2, true],
  ])('at ConfigCat %s to where its config says (r = %i)', (_name, redirect, now) => {
    const own = address();
    expect(own.follow(config(EU, redirect))).toBe(now);
    expect(hostOf(own)).toBe('cdn-eu.configcat.com');
    own.reset();
    expect(hostOf(own)).toBe('cdn-global.configcat.com');
  });

  it.each([0, 1, 2])('stays where it is already (r = %i)', (redirect) => {
    expect(address().follow(config(`${GLOBAL}/`, redirect))).toBe(false);
    expect(address('http://own/a').follow(config('http://own/a/', redirect))).toBe(false);
    expect(address().follow({})).toBe(false);
    expect(address().follow({ p: { r: redirect } })).toBe(false);
    expect(address().follow(config('', redirect))).toBe(false);
    expect(address('http://own').follow(config('', redirect))).toBe(false);
  });

  it('under base_url moves only when it must', () => {
    const own = address('http://own');
    expect(own.follow(config(EU, 0))).toBe(false);
    expect(own.follow(config(EU, 1))).toBe(false);
    expect(hostOf(own)).toBe('own');
    expect(own.follow(config(EU, 2))).toBe(true);
    expect(hostOf(own)).toBe('cdn-eu.configcat.com');
  });

  it('under base_url may be elsewhere on its server, with its login, and on no other', () => {
    const own = address('http://user:word@own:81/a');
    expect(own.follow(config('http://own:81/b', 2))).toBe(true);
    expect(own.urlOf('k')).toBe('http://user:word@own:81/b/configuration-files/k/config_v6.json');
    expect(own.follow(config('https://own:9000', 2))).toBe(true);
    expect(() => own.follow(config('http://own:82', 2))).toThrow('another server');
  });

  it.each([
    'https://configcat.com.evil.example',
    'https://evilconfigcat.com',
    'http://cdn-eu.configcat.com',
    'https://cdn-eu.configcat.com:444',
    'http://127.0.0.1',
    'file:///etc/passwd',
    'no address',
  ])('never takes the key to %s', (target) => {
    for (const own of [address(), address('https://own')]) {
      expect(() => own.follow(config(target, 2))).toThrow('another server');
    }
    const staying = address();
    expect(staying.follow(config(target, 0))).toBe(false);
    expect(hostOf(staying)).toBe('cdn-global.configcat.com');
  });

  it('takes no login from a config', () => {
    const own = address();
    own.follow(config('https://user:word@cdn-eu.configcat.com', 2));
    expect(own.urlOf('k')).not.toContain('user');
  });
});
