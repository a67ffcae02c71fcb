import { expect, it, vi } from 'vitest';
import { identify } from '../support/builders.js';
import { TOKEN } from '../support/service.js';
import { counts, TestBed } from '../support/test-bed.js';

const bed = new TestBed({
  engage: { max_audiences: 2, destinations: { dest: { token: TOKEN } } },
});

it('rejects events of audiences past engage.max_audiences, and stores those beside them', async () => {
  const events = ['first', 'second', 'third', 'first'].map((key, n) =>
    identify({ key, userId: `user_${n}` }),
  );
  expect(await bed.send(events)).toMatchObject({
    status: 200,
    body: counts({ added: 3, rejected: 1 }),
  });
  expect(await bed.rows.audiences('dest')).toHaveLength(2);
  expect(await bed.rows.rejected('dest')).toMatchObject([
    { reason: 'too_many_audiences', payload: events[2] },
  ]);
});

it('refuses createAudience past it, and says so in the log', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await bed.send({ audienceName: 'Fourth' }, { route: 'audiences' })).toMatchObject({
    status: 409,
    body: { type: 'too_many_audiences', status: 409 },
  });
  expect(written.mock.calls.join('\n')).toMatch(/There are 2 audiences already: delete some/);
});
