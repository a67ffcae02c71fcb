import { describe, expect, it, vi } from 'vitest';
import { repeatOnConflict } from './repeat-on-conflict.js';

const withCode = (code: string) => Object.assign(new Error(code), { code });
const noPause = () => 0;

describe('work that lost a race', () => {
  it.each(['40001', '40P01', '55P03'])('is repeated after %s until it passes', async (code) => {
    const work = vi
      .fn<(attempt: number) => Promise<string>>()
      .mockRejectedValueOnce(withCode(code))
      .mockRejectedValueOnce(withCode(code))
      .mockResolvedValue('done');
    await expect(repeatOnConflict(work, noPause)).resolves.toBe('done');
    expect(work.mock.calls).toEqual([[1], [2], [3]]);
  });

  it('gives up after the fifth time, with what PostgreSQL said', async () => {
    const work = vi.fn<() => Promise<string>>().mockRejectedValue(withCode('40001'));
    await expect(repeatOnConflict(work, noPause)).rejects.toMatchObject({ code: '40001' });
    expect(work).toHaveBeenCalledTimes(5);
  });

  it('is done as often as its caller can wait for', async () => {
    const work = vi.fn<() => Promise<string>>().mockRejectedValue(withCode('40001'));
    await expect(repeatOnConflict(work, noPause, 7)).rejects.toMatchObject({ code: '40001' });
    expect(work).toHaveBeenCalledTimes(7);
  });

  it.each(['22021', '23505', 'ECONNREFUSED'])('is not repeated after %s', async (code) => {
    const work = vi.fn<() => Promise<string>>().mockRejectedValue(withCode(code));
    await expect(repeatOnConflict(work, noPause)).rejects.toMatchObject({ code });
    expect(work).toHaveBeenCalledTimes(1);
  });
});
