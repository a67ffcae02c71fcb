import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Gate } from '../support/gate.js';
import { onlineSdk } from '../support/online-sdk.js';
import { startTestService, type OptionsTree, type TestService } from '../support/service.js';
import { flagAt, TestBed } from '../support/test-bed.js';
import { config, TestUpstream, textConfig } from '../support/upstream.js';

/** PostgreSQL lets go of a silent session after 15 s, and others ask for its lock each 5 s. */
const TAKE_OVER = { timeout: 60_000, interval: 100 };

const bed = new TestBed();
let upstream: TestUpstream;
let gate: Gate;
let silent: TestService;
let other: TestService;

beforeAll(async () => {
  upstream = await TestUpstream.start(config(textConfig('one'), '"one"'));
  gate = await Gate.before(bed.databaseUrl);
  const tree: OptionsTree = { sdks: { app: onlineSdk(upstream) } };
  silent = await startTestService(gate.url, tree);
  other = await startTestService(bed.databaseUrl, tree);
});
afterAll(async () => {
  gate.resume();
  await Promise.all([silent.stop(), other.stop()]);
  await gate.shut();
  await upstream.stop();
});

const textAt = (service: TestService): Promise<unknown> =>
  flagAt(service.base, 'text', { identifier: 'ada', sdkId: 'app' });

it('a replica whose way to PostgreSQL goes silent polls for itself, and another for the rest', async () => {
  await expect.poll(() => textAt(silent), TAKE_OVER).toBe('one');
  await expect.poll(() => textAt(other), TAKE_OVER).toBe('one');
  gate.stall();
  upstream.answer(config(textConfig('two'), '"two"'));
  await vi.waitFor(async () => {
    expect(await textAt(silent)).toBe('two');
    expect(await textAt(other)).toBe('two');
  }, TAKE_OVER);
  upstream.answer(config(textConfig('three'), '"three"'));
  await vi.waitFor(async () => {
    expect(await textAt(silent)).toBe('three');
    expect(await textAt(other)).toBe('three');
  }, TAKE_OVER);
  gate.resume();
  upstream.answer(config(textConfig('four'), '"four"'));
  await expect.poll(() => textAt(other), TAKE_OVER).toBe('four');
  await expect.poll(() => textAt(silent), TAKE_OVER).toBe('four');
}, 150_000);
