import { expect, it, vi } from 'vitest';
import { identify } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { problem } from '../support/problem.js';
import { RawClient } from '../support/raw-client.js';
import { TOKEN } from '../support/service.js';
import { counts, TestBed } from '../support/test-bed.js';

const MAX_BODY = 2_000;
/** As much as `engage.queue.bytes` says, and two of the largest bodies at least. */
const HELD = 2 * MAX_BODY;

const bed = new TestBed({
  http: { port: 0, host: '127.0.0.1', max_body_size: MAX_BODY },
  diag: { port: 0 },
  log: { level: 'warn' },
  engage: {
    queue: { bytes: HELD },
    destinations: { dest: { token: TOKEN }, relay: { write_keys: ['wk'] } },
  },
});

const statusOf = async (): Promise<unknown> => (await request(`${bed.diagnostics}/status`)).body;

/** A request that stops in the middle of its body. */
function stopped(path: string, headers: readonly string[], bytes: number): Promise<RawClient> {
  return RawClient.send(Number(new URL(bed.base).port), {
    method: 'POST',
    path,
    headers: [...headers, `Content-Length: ${bytes + 1}`],
    more: ' '.repeat(bytes),
  });
}

it('past what may be held, bodies are answered 503 unread; /status shows it, and it passes', async () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const slow = [
    await stopped('/engage/dest/events', [`Authorization: Bearer ${TOKEN}`], 1_999),
    await stopped('/v1/batch', [`Authorization: Basic ${btoa('wk:')}`], 1_999),
  ];
  await eventually(async () => {
    expect(await statusOf()).toMatchObject({
      engage: { status: 'healthy', requests: { count: 2, bytes: 3_998 } },
    });
  });
  const refused = await bed.send(identify());
  expect(refused).toMatchObject({
    status: 503,
    body: problem(503, 'queue_full', 'Service Unavailable'),
  });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await statusOf()).toMatchObject({ status: 'degraded', engage: { status: 'degraded' } });
  expect(written.mock.calls.join('\n')).toMatch(/Answered 503 \(queue_full\): /);
  slow[0]?.reset();
  slow[1]?.socket.write(' ');
  await slow[1]?.says('400 Bad Request');
  await eventually(async () => {
    expect(await statusOf()).toMatchObject({ engage: { requests: { count: 0, bytes: 0 } } });
  });
  expect((await bed.send(identify())).body).toEqual(counts({ added: 1 }));
});

it('who shows no credential before the body takes no room from those who do', async () => {
  await stopped('/v1/batch', [], 1_999);
  await eventually(async () => {
    expect(await statusOf()).toMatchObject({ engage: { requests: { count: 1 } } });
  });
  const body = JSON.stringify({ writeKey: 'wk', batch: [] });
  expect((await request(`${bed.base}/v1/batch`, { method: 'POST', body })).status).toBe(503);
  expect((await bed.send(identify({ userId: 'known' }))).body).toEqual(counts({ added: 1 }));
});
