import { describe, expect, it } from 'vitest';
import { requestCases, type RequestCase } from '../fixtures/engage/fixtures.js';
import { SECRET, TOKEN } from '../support/service.js';
import { counts, TestBed, type Sending } from '../support/test-bed.js';

/** The routes of the receiver that Segment's sender was recorded with, as ours. */
const ROUTES: Readonly<Record<string, string>> = {
  '/hook': 'events',
  '/wa': 'events',
  '/x': 'events',
  '/create': 'audiences',
  '/get': 'audiences/lookup',
};

/** A case under a destination with the secret, and where the fixtures say so under one without. */
const recorded = requestCases.filter((c) => !c.case.startsWith('ld.'));
const halves = recorded.flatMap((request, index) => {
  const [signed = '', unsigned] = request.outcome.split('; without shared_secrets ');
  const half = { name: request.case, request };
  return [
    { ...half, destination: `signed-${index}`, outcome: signed },
    ...(unsigned === undefined
      ? []
      : [{ ...half, destination: `unsigned-${index}`, outcome: unsigned }]),
  ];
});
const events = halves.filter(({ request }) => ROUTES[request.path] === 'events');
const answered = events.filter(({ outcome }) => outcome.startsWith('200'));
const refused = events.filter(({ outcome }) => !outcome.startsWith('200'));
const created = halves.filter(({ request }) => request.path === '/create');

const bed = new TestBed({
  engage: {
    destinations: Object.fromEntries(
      halves.map(({ destination }) => [
        destination,
        { token: TOKEN, ...(destination.startsWith('signed') && { shared_secrets: [SECRET] }) },
      ]),
    ),
  },
});

/** The recorded request, with the token that the outcomes suppose. */
function sendingOf({ method, path, headers }: RequestCase, destination: string): Sending {
  const authorization = `Bearer ${TOKEN}`;
  return { method, route: ROUTES[path] ?? '', destination, headers: { ...headers, authorization } };
}

/** `200 added 1, unchanged 2 (…)` in numbers. */
function countsIn(outcome: string): Readonly<Record<string, number>> {
  const found = outcome.matchAll(/\b(added|removed|unchanged|stale|skipped|rejected) (\d+)/g);
  return Object.fromEntries([...found].map(([, name, count]) => [name, Number(count)]));
}

describe('what Segment sends, on an empty database', () => {
  it.each(answered)('$name to $destination: $outcome', async (half) => {
    const { request, destination, outcome } = half;
    const expected = countsIn(outcome);
    const answer = await bed.send(request.rawBody ?? '', sendingOf(request, destination));
    expect(answer).toMatchObject({ status: 200, body: counts(expected) });
    const members = (await bed.rows.memberships(destination)).filter(([, isMember]) => isMember);
    expect(members).toHaveLength(expected['added'] ?? 0);
    expect(await bed.rows.changes(destination)).toEqual(members);
    const reason = /rejected .*\((\w+)\)/.exec(outcome)?.[1];
    expect((await bed.rows.rejected(destination)).map((row) => row.reason)).toEqual(
      Array.from({ length: expected['rejected'] ?? 0 }, () => reason),
    );
  });

  it.each(refused)('$name to $destination: $outcome', async (half) => {
    const { request, destination, outcome } = half;
    const answer = await bed.send(request.rawBody ?? '', sendingOf(request, destination));
    expect(`${answer.status}`).toBe(outcome.slice(0, 3));
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await bed.rows.memberships(destination)).toEqual([]);
  });

  it.each(created)('$name: $outcome', async ({ request, destination }) => {
    const sending = sendingOf(request, destination);
    const first = await bed.send(request.rawBody, sending);
    const second = await bed.send(request.rawBody, sending);
    const [audience] = await bed.rows.audiences(destination);
    expect(first).toMatchObject({ status: 200, body: { externalId: audience?.id } });
    expect(second.body).toEqual(first.body);
  });

  it('wa.get: 404 (seg_42 is unknown)', async () => {
    const half = halves.find(({ name }) => name === 'wa.get');
    const { request, destination = '' } = half ?? {};
    const sending = request && sendingOf(request, destination);
    expect(half?.outcome).toBe('404 (seg_42 is unknown)');
    expect(await bed.send(request?.rawBody, sending)).toMatchObject({ status: 404 });
  });

  it('is tested for every request of the fixtures', () => {
    expect(recorded).toHaveLength(20);
    expect(halves.length).toBe(answered.length + refused.length + created.length + 1);
  });
});
