import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTime } from '../../src/engage/time-text.js';

/** Whole seconds from 1700 to 2250: there a number holds every microsecond. */
const second = fc.integer({ min: -8_520_336_000, max: 8_835_955_200 });
const fraction = fc.stringMatching(/^\d{0,9}$/);
const pad = (value: number) => String(value).padStart(2, '0');

it('a time is its digits, cut to the microsecond', () => {
  fc.assert(
    fc.property(second, fraction, (seconds, digits) => {
      const date = new Date(seconds * 1000).toISOString().slice(0, 19);
      const text = `${date}${digits === '' ? '' : `.${digits}`}Z`;
      const micros = BigInt(seconds) * 1_000_000n + BigInt(digits.slice(0, 6).padEnd(6, '0'));
      expect(BigInt(parseTime(text))).toBe(micros);
    }),
  );
});

it('an offset moves a time as Date moves it', () => {
  const offset = fc.record({
    sign: fc.constantFrom('+', '-'),
    hours: fc.nat(23),
    minutes: fc.nat(59),
  });
  fc.assert(
    fc.property(second, offset, (seconds, { sign, hours, minutes }) => {
      const date = new Date(seconds * 1000).toISOString().slice(0, 19);
      const text = `${date}.125${sign}${pad(hours)}:${pad(minutes)}`;
      expect(parseTime(text)).toBe(Date.parse(text) * 1000);
    }),
  );
});

it('a date is read where the calendar has it, and nowhere else', () => {
  const date = fc.record({
    year: fc.integer({ min: 1, max: 9999 }),
    month: fc.nat(15),
    day: fc.nat(35),
  });
  fc.assert(
    fc.property(date, ({ year, month, day }) => {
      const utc = new Date(0);
      utc.setUTCFullYear(year, month - 1, day);
      const isReal = utc.getUTCMonth() === month - 1 && utc.getUTCDate() === day;
      const text = `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}T00:00:00Z`;
      expect(parseTime(text)).toBe(isReal ? utc.getTime() * 1000 : NaN);
    }),
    { numRuns: 1000 },
  );
});

it('any text is a time or NaN, never another thing', () => {
  const almost = fc.stringMatching(/^[0-9TZ:.+\- ]{0,35}$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), almost), (text) => {
      const micros = parseTime(text);
      expect(Number.isNaN(micros) || Number.isInteger(micros)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
