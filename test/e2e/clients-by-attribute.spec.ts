import { expect, it } from 'vitest';
import { isJsonObject } from '../../src/engage/json-value.js';
import { entries, identify } from '../support/builders.js';
import { ConfigCatClient } from '../support/configcat-client.js';
import { request } from '../support/http-answer.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const LIMIT = 10;
const bed = new TestBed({ segments: { inline_limit: LIMIT } });

/** The slugs of the audiences that the user is in, as the service tells an application's server. */
async function audiencesOf(identifier: string): Promise<string[]> {
  const body = JSON.stringify({ user: { Identifier: identifier } });
  const answer = await request(`${bed.base}/api/default/user`, { method: 'POST', body });
  const { user }: { user?: unknown } = Object(answer.body);
  const audiences = isJsonObject(user) ? user['audiences'] : undefined;
  return Array.isArray(audiences) ? audiences.map(String) : [];
}

it('an SDK knows an audience that is too large for a list by what /user says of its user', async () => {
  await bed.send(entries(LIMIT + 1, { key: 'large' }));
  await bed.send(identify({ key: 'small', userId: 'user_1' }));
  await expect.poll(() => audiencesOf('user_1'), PATIENCE).toEqual(['large', 'small']);
  const config = async (): Promise<string> =>
    (await request(`${bed.base}/configuration-files/configcat-proxy/default`)).text;
  await expect.poll(config, PATIENCE).toContain('"l":["large"]');
  const client = ConfigCatClient.manual(bed.base);
  await client.refresh();
  const value = async (identifier: string): Promise<unknown> => {
    const audiences = await audiencesOf(identifier);
    return client.value('audience_large', identifier, { audiences });
  };
  expect(await value('user_1')).toBe(true);
  expect(await value('stranger')).toBe(false);
  // Without it, the SDK can't tell; the API can.
  expect(await client.value('audience_large', 'user_1')).toBe(false);
  expect(await bed.flag('audience_large', 'user_1')).toBe(true);
});
