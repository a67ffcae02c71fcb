import { mustBe, parsed, type Format, type Parsed } from './format.js';

const DECIMAL = /^-?\d+(\.\d+)?$/;

function parseDecimal(raw: unknown): Parsed<number> {
  if (typeof raw === 'number' && Number.isFinite(raw)) return parsed(raw);
  if (typeof raw === 'string' && DECIMAL.test(raw)) return parsed(Number(raw));
  return mustBe('must be a number');
}

/** A number, with a fraction or without. */
export const decimal: Format<number> = { name: 'number', parse: parseDecimal };

function wholeNumber(name: string): Format<number> {
  return {
    name,
    parse: (raw) => {
      const number = parseDecimal(raw);
      if (number.ok && Number.isSafeInteger(number.value)) return number;
      return mustBe('must be a whole number');
    },
  };
}

/** A whole number. */
export const whole = wholeNumber('whole number');

/** The ConfigCat Proxy's own intervals: a whole number of seconds, and kept so. */
export const seconds = wholeNumber('seconds');
