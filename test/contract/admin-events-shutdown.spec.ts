import { expect, it } from 'vitest';
import { VIEWER, WITH_ADMIN } from '../support/admin.js';
import { RawClient } from '../support/raw-client.js';
import { startTestService } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';

const bed = new TestBed();

it('the stream of what happens does not hold the end of the service up', async () => {
  const service = await startTestService(bed.databaseUrl, WITH_ADMIN);
  const client = await RawClient.send(Number(new URL(service.base).port), {
    path: '/admin/v1/events',
    headers: [`Authorization: Bearer ${VIEWER.token}`],
  });
  await client.says('retry: 3000');
  const start = performance.now();
  await service.stop();
  await client.closed;
  // Where nobody ended it, the service would wait ten seconds for it.
  expect(performance.now() - start).toBeLessThan(8_000);
  expect(client.content.endsWith('\n\n')).toBe(true);
});
