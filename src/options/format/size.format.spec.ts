import { describe, expect, it } from 'vitest';
import { size } from './size.format.js';

describe('a size', () => {
  it.each([
    ['8MB', 8_388_608],
    ['8 MB', 8_388_608],
    ['8MiB', 8_388_608],
    ['64kb', 65_536],
    ['1.5k', 1_536],
    ['1GB', 1_073_741_824],
    ['512B', 512],
    ['512', 512],
    [512, 512],
  ])('reads %s as %d bytes: a bare number is bytes', (raw, value) => {
    expect(size.parse(raw)).toEqual({ ok: true, value });
  });

  it.each(['', 'big', '-1MB', '1TB', 'MB', -1, null])('refuses %j', (raw) => {
    expect(size.parse(raw)).toMatchObject({ ok: false });
  });

  it('shows bytes so that they read back', () => {
    expect(size.show?.(67_108_864)).toBe('64MB');
    expect(size.show?.(1_000)).toBe('1000B');
  });
});
