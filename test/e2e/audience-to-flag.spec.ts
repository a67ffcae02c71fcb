import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { startTestService, TOKEN, type TestService } from '../support/service.js';

describe('an audience event changes a flag', () => {
  let database: TestDatabase;
  let service: TestService;

  beforeAll(async () => {
    database = await createTestDatabase();
    service = await startTestService(database.url);
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  it('is evaluated by the API right after', async () => {
    const answer = await fetch(`${service.base}/engage/dest/events`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        type: 'identify',
        userId: 'ada',
        traits: { power_users: true },
        context: {
          personas: {
            computation_class: 'audience',
            computation_id: 'aud_1',
            computation_key: 'power_users',
          },
        },
      }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ received: 1, added: 1 });
    await eventually(async () => {
      const flag = await fetch(`${service.base}/api/default/eval`, {
        method: 'POST',
        body: '{"key":"audience_power_users","user":{"Identifier":"ada"}}',
      });
      expect(await flag.json()).toMatchObject({ value: true });
    });
  });
});
