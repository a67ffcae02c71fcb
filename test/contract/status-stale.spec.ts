import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { Gate } from '../support/gate.js';
import { request } from '../support/http-answer.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { launchTestService, startTestService, type TestService } from '../support/service.js';
import { flagAt, sendTo } from '../support/test-bed.js';

const DIAGNOSTICS = { diag: { port: 0 }, log: { level: 'error' } };

describe('a stale replica says so', () => {
  let database: TestDatabase;
  let gate: Gate;
  let service: TestService | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    gate = await Gate.before(database.url);
  });
  afterAll(async () => {
    await gate.shut();
    await service?.stop();
    await database.drop();
  });

  const status = async (): Promise<unknown> =>
    (await request(`${service?.diagnostics}/status`)).body;

  async function staleSeconds(): Promise<number> {
    const { text } = await request(`${service?.diagnostics}/metrics`);
    return Number(/^audience_sync_feed_stale_seconds (.+)$/m.exec(text)?.[1]);
  }

  it('when PostgreSQL was never reached', async () => {
    await gate.shut();
    service = await launchTestService(gate.url, DIAGNOSTICS);
    expect(await status()).toMatchObject({
      status: 'degraded',
      database: { status: 'down', lastAnswer: null },
      feed: { status: 'initializing', staleSeconds: null, lagSeconds: null, members: 0 },
    });
    const answer = await request(`${service.diagnostics}/readyz`);
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('memberships')]);
    await service.stop();
    await gate.open();
  });

  it('when it goes away, and serves on', async () => {
    service = await startTestService(gate.url, DIAGNOSTICS);
    const { base } = service;
    await sendTo(base, identify({ key: 'stale', userId: 'ada' }));
    await eventually(async () =>
      expect(await flagAt(base, 'audience_stale', { identifier: 'ada' })).toBe(true),
    );
    await eventually(async () => expect(await status()).toMatchObject({ status: 'healthy' }));
    await gate.shut();
    await eventually(async () =>
      expect(await status()).toMatchObject({
        status: 'degraded',
        database: { status: 'down', lastAnswer: expect.any(String) },
        feed: { status: 'degraded', members: 1 },
      }),
    );
    expect(await staleSeconds()).toBeGreaterThan(4);
    expect(await flagAt(base, 'audience_stale', { identifier: 'ada' })).toBe(true);
    expect((await request(`${service.diagnostics}/readyz`)).status).toBe(200);
    await gate.open();
    await eventually(async () => expect(await status()).toMatchObject({ status: 'healthy' }));
    expect(await staleSeconds()).toBeLessThan(4);
  });
});
