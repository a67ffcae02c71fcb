import { expect, it } from 'vitest';
import { formatSettings, productionSettings } from './settings.js';

it('writes one quoted setting a line', () => {
  const text = formatSettings({ max_connections: 100, search_path: "a'b" });
  expect(text.split('\n').slice(1, -1)).toEqual([
    "max_connections = '100'",
    "search_path = 'a''b'",
  ]);
});

it('keeps commits durable and the server on loopback', () => {
  expect(productionSettings).toMatchObject({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    listen_addresses: '127.0.0.1',
  });
});
