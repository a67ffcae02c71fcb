import { describe, expect, it } from 'vitest';
import { requestCases } from '../fixtures/engage/fixtures.js';
import { identify, track } from '../support/builders.js';
import { request } from '../support/http-answer.js';
import { problem } from '../support/problem.js';
import { SyncedSegmentSender } from '../support/segment-sender.js';
import { TestBed } from '../support/test-bed.js';

const VERSIONS = '{"validVersions":[20240415],"latestVersion":20240415,"currentVersion":20240415}';
const TARGETS = '/api/v2/segment-targets/segment-audiences';
const recorded = requestCases
  .filter(({ case: name }) => name.startsWith('ld.'))
  .map((recording, index) => ({ ...recording, environment: `env_${index}` }));

/** A destination for each recording, as the outcomes suppose an empty one. */
const bed = new TestBed({
  engage: {
    destinations: Object.fromEntries(
      [...recorded.map(({ environment }) => environment), 'env_live', 'env_items', 'env_kinds'].map(
        (environment) => [environment, { client_side_id: environment, service_token: 'api-123' }],
      ),
    ),
  },
});

/** What LaunchDarkly's destination sends, with an item each. */
function callOf(
  environmentId: string,
  batch: unknown,
  over: object = {},
): Promise<{ status: number }> {
  return request(bed.base + TARGETS, {
    method: 'POST',
    headers: { authorization: 'api-123', 'content-type': 'application/json' },
    body: JSON.stringify({ environmentId, contextKind: 'user', batch, ...over }),
  });
}

describe("what LaunchDarkly's destination sends", () => {
  it.each(recorded)('$case ($method): $outcome', async (recording) => {
    const { case: name, method, path, headers, rawBody, outcome, environment } = recording;
    const answer = await request(bed.base + path.replace('64e72a31', environment), {
      method,
      headers,
      ...(method === 'POST' && { body: (rawBody ?? '').replaceAll('64e72a31', environment) }),
    });
    expect(String(answer.status)).toBe(outcome.slice(0, 3));
    expect(answer.text).toBe(name === 'ld.testAuth' && method === 'GET' ? VERSIONS : '');
    const reasons = (await bed.rows.rejected(environment)).map(({ reason }) => reason);
    expect(reasons).toEqual(outcome.includes('no_identifier') ? ['no_identifier'] : []);
    const members = (await bed.rows.memberships(environment)).map(([key]) => key);
    expect(members).toEqual(
      [...(rawBody ?? '').matchAll(/"userId":"(\w+)"/g)].map(([, key]) => key),
    );
  });

  it('comes from the published action: its connection test, events and batches', async () => {
    const sender = new SyncedSegmentSender({
      base: bed.base,
      apiKey: 'api-123',
      clientId: 'env_live',
    });
    await sender.testConnection();
    await sender.send(identify({ key: 'live_users', userId: 'ada' }));
    await bed.sees('audience_live_users', 'ada', true);
    const batch = [
      identify({ key: 'live_users', userId: 'bea' }),
      track({ key: 'live_users', userId: 'ada', isMember: false }),
      identify({ key: 'LIVE_vips', userId: 'ada' }),
    ];
    const answers = await sender.sendBatch(batch);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    await bed.sees('audience_live_users', 'ada', false);
    await bed.sees('audience_live_users', 'bea', true);
    await bed.sees('audience_LIVE_vips', 'ada', true);
    expect((await bed.rows.audiences('env_live')).map(({ name }) => name)).toEqual([
      'Live users',
      'LIVE vips',
    ]);
  });

  it('fails its connection test where token or environment is another', async () => {
    const { base } = bed;
    for (const [apiKey, clientId] of [
      ['wrong', 'env_live'],
      ['api-123', 'nowhere'],
    ] as const) {
      const sender = new SyncedSegmentSender({ base, apiKey, clientId });
      await expect(sender.testConnection()).rejects.toThrow(/Unauthorized|Not Found/);
    }
  });
});

describe('a synced-segment call', () => {
  it('takes the last of several items of one member, for they name no time', async () => {
    const item = { userId: 'ada', cohortName: 'Items', cohortId: 'aud_items' };
    const batch = [
      { ...item, value: true },
      { ...item, value: false },
      { ...item, value: true },
    ];
    expect(await callOf('env_items', batch)).toMatchObject({ status: 204 });
    expect(await bed.rows.memberships('env_items')).toEqual([['ada', true]]);
  });

  it.each([
    ['no object', 7, 'malformed'],
    ['without a cohort id', { userId: 'ada', cohortName: 'A', value: true }, 'malformed'],
    [
      'with a cohort name of spaces',
      { userId: 'ada', cohortId: 'aud_spaces', cohortName: ' \t', value: true },
      'malformed',
    ],
    ['with NUL in its user', { userId: 'a\0', cohortId: 'aud', value: true }, 'malformed'],
    ['without a value', { userId: 'ada', cohortId: 'aud' }, 'indeterminate_membership'],
    [
      'with a text for a value',
      { userId: 'ada', cohortId: 'aud', value: 'true' },
      'indeterminate_membership',
    ],
    ['without a user', { cohortId: 'aud', value: true }, 'no_identifier'],
  ])('keeps an item %s aside, and stores the one beside it', async (_name, item, reason) => {
    const before = (await bed.rows.rejected('env_items')).length;
    const good = { userId: reason, cohortId: 'aud_good', cohortName: 'Good', value: true };
    expect(await callOf('env_items', [item, good])).toMatchObject({ status: 204 });
    const rejected = (await bed.rows.rejected('env_items')).slice(before);
    expect(rejected.map((row) => row.reason)).toEqual([reason]);
    expect(await bed.rows.memberships('env_items')).toContainEqual([reason, true]);
  });

  it('of another context kind makes an audience of that kind', async () => {
    const item = { userId: 'acme', cohortName: 'Big', cohortId: 'aud_big', value: true };
    expect(await callOf('env_kinds', [item], { contextKind: 'organization' })).toMatchObject({
      status: 204,
    });
    await expect
      .poll(async () => (await bed.evaluate('audience_big', { organization: 'acme' })).body)
      .toMatchObject({ value: true });
  });

  it.each([
    ['NUL', 'a\0b'],
    ['10 KB', 'k'.repeat(10_240)],
    ['a lone surrogate', 'a\ud800'],
    ['spaces alone', '  '],
  ])('of a context kind that is no key keeps all of its items aside: %s', async (_name, kind) => {
    const before = (await bed.rows.rejected('env_kinds')).length;
    const audiences = await bed.rows.audiences('env_kinds');
    const item = { userId: 'acme', cohortName: 'Odd kind', cohortId: 'aud_odd', value: true };
    expect(await callOf('env_kinds', [item, item], { contextKind: kind })).toMatchObject({
      status: 204,
    });
    const rejected = (await bed.rows.rejected('env_kinds')).slice(before);
    expect(rejected.map(({ reason }) => reason)).toEqual(['malformed', 'malformed']);
    expect(await bed.rows.audiences('env_kinds')).toEqual(audiences);
  });

  it.each([
    ['a wrong token', { authorization: 'Bearer api-123' }, '{}', 401],
    ['no token', {}, '{}', 401],
    [
      'an unknown environment',
      { authorization: 'api-123' },
      '{"environmentId":"x","batch":[]}',
      401,
    ],
    ['no JSON', { authorization: 'api-123' }, '{', 400],
    ['no object', { authorization: 'api-123' }, '[]', 422],
    ['no list', { authorization: 'api-123' }, '{"environmentId":"env_live","batch":{}}', 422],
  ])('with %s is refused', async (_name, headers, body, status) => {
    const answer = await request(bed.base + TARGETS, { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('leaves an SDK id that is called v2 its routes', async () => {
    const answer = await request(`${bed.base}/api/v2/keys`);
    expect(answer.text).toBe('could not identify a configured SDK\n');
  });

  it('is asked for its version with the token only', async () => {
    const url = `${bed.base}/api/v2/versions`;
    expect(await request(url)).toMatchObject({
      status: 401,
      body: problem(401, 'unauthorized', 'Unauthorized'),
    });
    expect(await request(url, { headers: { authorization: 'api-123' } })).toMatchObject({
      status: 200,
    });
  });
});
