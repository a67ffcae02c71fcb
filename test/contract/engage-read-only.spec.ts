import { expect, it } from 'vitest';
import { identify } from '../support/builders.js';
import { problem } from '../support/problem.js';
import { counts, PATIENCE, TestBed } from '../support/test-bed.js';

const bed = new TestBed();

/** What PostgreSQL does after a failover to a standby, or when its disk is nearly full. */
async function setReadOnly(isReadOnly: boolean): Promise<void> {
  const [row] = await bed.rows.query<{ name: string }>('select current_database() as name');
  await bed.rows.query(
    `alter database "${row?.name}" set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`,
  );
  await bed.rows.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
}

it('events are answered 503 with Retry-After while PostgreSQL is read-only, and stored after that', async () => {
  await bed.send(identify({ userId: 'before' }));
  await setReadOnly(true);
  for (const key of ['power_users', 'unheard_of']) {
    await expect
      .poll(() => bed.send(identify({ key, userId: 'during' })), PATIENCE)
      .toMatchObject({
        status: 503,
        body: problem(503, 'database_unavailable', 'Service Unavailable'),
      });
  }
  const refused = await bed.send(identify({ userId: 'during' }));
  expect(refused.headers.get('retry-after')).toBe('1');
  await setReadOnly(false);
  await expect
    .poll(async () => (await bed.send(identify({ userId: 'during' }))).body, PATIENCE)
    .toEqual(counts({ added: 1 }));
});
