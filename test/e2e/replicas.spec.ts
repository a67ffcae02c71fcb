import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConfigJson } from '../../src/evaluation/config-json.js';
import { deletion, entries, identify } from '../support/builders.js';
import { EventStream } from '../support/event-stream.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { startTestService, type TestService } from '../support/service.js';
import { flagAt, PATIENCE, sendTo, TestBed } from '../support/test-bed.js';

const LATER = '2024-05-03T20:00:00.000Z';
const bed = new TestBed();
let other: TestService;

beforeAll(async () => {
  other = await startTestService(bed.databaseUrl);
});
afterAll(() => other.stop());

function configOf(base: string): Promise<HttpAnswer> {
  return request(`${base}/configuration-files/configcat-proxy/default/config_v6.json`);
}

it('an event at one replica reaches the API and the streams of the other, both ways', async () => {
  for (const [here, there] of [
    [bed.base, other.base],
    [other.base, bed.base],
  ] as const) {
    const { port } = new URL(here);
    const [key, ada] = [`from_${port}`, `ada ${port}`];
    const flag = `audience_${key}`;
    await sendTo(here, identify({ key, userId: 'first' }));
    await expect.poll(() => flagAt(there, flag, { identifier: 'first' }), PATIENCE).toBe(true);
    const stream = new EventStream(there, { key: flag, user: { Identifier: ada } });
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: false });
    await sendTo(here, identify({ key, userId: ada }));
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: true });
    await expect.poll(() => flagAt(there, flag, { identifier: ada }), PATIENCE).toBe(true);
    await sendTo(here, deletion(ada, LATER));
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: false });
    expect(stream.messages).toHaveLength(3);
  }
});

it('two replicas that get one member at once agree on the newest event', async () => {
  const times = Array.from({ length: 20 }, (_, n) => new Date(Date.UTC(2024, 4, 3, 0, n)));
  const sent = times.map((at, n) =>
    sendTo(
      n % 2 === 0 ? bed.base : other.base,
      identify({ key: 'contended', isMember: n % 3 === 1, at: at.toISOString() }),
    ),
  );
  const answers = await Promise.all(sent);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const isMember = 19 % 3 === 1;
  for (const base of [bed.base, other.base]) {
    const flag = (): Promise<unknown> =>
      flagAt(base, 'audience_contended', { identifier: 'user_1' });
    await expect.poll(flag, PATIENCE).toBe(isMember);
  }
});

it('The served config never mixes two versions; its ETag names its bytes, on every replica', async () => {
  const bytesOf = new Map<string, string>();
  const settled = new AbortController();
  const look = async (base: string): Promise<void> => {
    while (!settled.signal.aborted) {
      const { status, headers, text } = await configOf(base);
      const etag = headers.get('etag') ?? '';
      expect(status).toBe(200);
      expect(bytesOf.get(etag) ?? text).toBe(text);
      bytesOf.set(etag, text);
    }
  };
  const looking = [look(bed.base), look(other.base)];
  for (let round = 0; round < 25; round += 1) {
    const base = round % 2 === 0 ? bed.base : other.base;
    await sendTo(
      base,
      entries(40, { key: `version_${round % 5}`, at: LATER, isMember: round > 4 }),
    );
    await sendTo(base, identify({ key: 'versions', userId: `member_${round}` }));
  }
  const etags = async (): Promise<Set<string | null>> =>
    new Set([
      (await configOf(bed.base)).headers.get('etag'),
      (await configOf(other.base)).headers.get('etag'),
    ]);
  await bed.sees('audience_versions', 'member_24', true);
  await expect.poll(async () => (await etags()).size, PATIENCE).toBe(1);
  settled.abort();
  await Promise.all(looking);
  expect(bytesOf.size).toBeGreaterThan(2);
  for (const text of bytesOf.values()) expectWhole(JSON.parse(text));
});

/** Every flag refers to a segment that is there, and every segment has its condition. */
function expectWhole({ s, f }: ConfigJson): void {
  for (const flag of Object.values(f ?? {})) {
    const index = flag.r?.[0]?.c?.[0]?.s?.s ?? -1;
    expect(s?.[index]?.r).toHaveLength(1);
  }
}
