import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rejectedPayload } from '../../src/engage/rejected-payload.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

it.each([
  ['NUL', { userId: 'a\0b', 'k\0': 1 }],
  ['lone surrogates', { userId: 'a\ud800', '\udc00': '\udc00\ud800' }],
  ['U+FFFE and an escape', ['\ufffe', '\u001b\u007f\u2028']],
  ['__proto__', JSON.parse('{"__proto__":{"a":1}}')],
  ['great and negative numbers', [1e308, -0.5]],
  ['the deepest nesting that is kept', nested(1000)],
])('PostgreSQL keeps a payload with %s as it is', async (_name, event) => {
  const { payload } = rejectedPayload(event, 'user_id_only');
  const { rows } = await client.query<{ payload: string }>('select $1::json::text as payload', [
    payload,
  ]);
  expect(rows[0]?.payload).toBe(payload);
  expect(JSON.parse(payload ?? '')).toEqual(event);
});

it('PostgreSQL refuses what nests far deeper, which is why it is not kept', async () => {
  const text = '['.repeat(30_000) + ']'.repeat(30_000);
  await expect(client.query('select $1::json', [text])).rejects.toMatchObject({ code: '54001' });
  expect(rejectedPayload(JSON.parse(text), 'user_id_only').payload).toBeNull();
});
