import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { identify } from '../support/builders.js';
import { EventStream } from '../support/event-stream.js';
import { createTemplate, createTestDatabase } from '../support/postgres.js';
import { Rows } from '../support/rows.js';
import { startTestService, type TestService } from '../support/service.js';
import { flagAt, PATIENCE, sendTo } from '../support/test-bed.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let url: string;
let service: TestService;

beforeAll(async () => {
  // Of its own: a crash ends the connections of everybody.
  server = await startTestServer();
  const rows = await new Rows(server.url).connect();
  // Test servers have it off; what a reader saw could then be lost.
  await rows.query('alter system set synchronous_commit = on');
  await rows.query('select pg_reload_conf()');
  await rows.end();
  await createTemplate(server.url);
  ({ url } = await createTestDatabase(server.url));
  service = await startTestService(url);
});
afterAll(async () => {
  await service.stop();
  await server.stop();
});

/** Ends one of the server's processes as the kernel does when memory runs out; it then recovers. */
async function crash(): Promise<void> {
  const rows = await new Rows(url).connect();
  const [backend] = await rows.query<{ pid: number }>('select pg_backend_pid() as pid');
  process.kill(backend?.pid ?? 0, 'SIGKILL');
  await rows.end().catch(() => undefined);
}

it('a PostgreSQL that crashes and recovers costs nothing but repetitions', async () => {
  const user = { Identifier: 'user_0' };
  await sendTo(service.base, identify({ userId: 'somebody' }));
  await expect
    .poll(() => flagAt(service.base, 'audience_power_users', { identifier: 'somebody' }), PATIENCE)
    .toBe(true);
  const stream = new EventStream(service.base, { key: 'audience_power_users', user });
  await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: false });
  const crashed = crash();
  const statuses = new Set<number>();
  const enter = async (userId: string): Promise<number> => {
    const { status } = await sendTo(service.base, identify({ userId }));
    statuses.add(status);
    return status;
  };
  const repeat = async (userId: string): Promise<void> => {
    await vi.waitUntil(async () => (await enter(userId)) === 200, PATIENCE);
  };
  await Promise.all(Array.from({ length: 20 }, (_, n) => repeat(`user_${n}`)));
  await crashed;
  await repeat('user_0');
  expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: true });
});
