import { describe, expect, it } from 'vitest';
import { onOff } from './switch.format.js';

describe('a switch', () => {
  it.each([true, 'true', 'TRUE', 't', '1', 'yes', 'on'])('is on as %j', (raw) => {
    expect(onOff.parse(raw)).toEqual({ ok: true, value: true });
  });

  it.each([false, 'false', 'False', 'f', '0', 'no', 'off'])('is off as %j', (raw) => {
    expect(onOff.parse(raw)).toEqual({ ok: true, value: false });
  });

  it.each(['', 'maybe', 2, null, []])('is neither as %j', (raw) => {
    expect(onOff.parse(raw)).toMatchObject({ ok: false });
  });
});
