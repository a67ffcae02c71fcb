import { describe, expect, it } from 'vitest';
import { entryOf, itemOf, keyOf, TOP, variableOf } from './place.js';

describe('a place', () => {
  it('knows its path, and its shape without ids', () => {
    const place = keyOf(entryOf(keyOf(TOP, 'sdks'), 'shop'), 'key');
    expect(place).toEqual({ path: 'sdks.shop.key', shape: 'sdks.*.key' });
    expect(itemOf(keyOf(TOP, 'a'), 0).path).toBe('a[0]');
  });

  it.each([
    ['http.cdn_proxy.cors.enabled', 'CONFIGCAT_HTTP_CDN_PROXY_CORS_ENABLED'],
    ['sdks.my-shop_2.offline.enabled', 'CONFIGCAT_MY_SHOP_2_OFFLINE_ENABLED'],
  ])('%s has the variable %s', (path, name) => {
    expect(variableOf(path)).toBe(name);
  });
});
