import { describe, expect, it } from 'vitest';
import type { CorsOptions } from '../options/cors.options.js';
import { Cors } from './cors.js';

const allowed = (
  origin: string | undefined,
  origins: readonly string[] = [],
  patterns: readonly string[] = [],
) => {
  const cors: CorsOptions = {
    enabled: true,
    allowedOrigins: origins,
    allowedOriginsRegex: {
      patterns,
      ifNoMatch: patterns.length > 0 ? 'https://fallback' : undefined,
    },
  };
  return new Cors({ cors, headers: [], requestHeaders: [] }).headers(origin)[1];
};

describe('the allowed origin', () => {
  it('is the one that asks, or any, where the options name none', () => {
    expect(allowed('https://a.example')).toBe('https://a.example');
    expect(allowed(undefined)).toBe('*');
  });

  it('is the first of a list for an origin that is not in it', () => {
    const list = ['https://a.example', 'https://b.example'];
    expect(allowed('https://b.example', list)).toBe('https://b.example');
    expect(allowed('https://c.example', list)).toBe('https://a.example');
    expect(allowed(undefined, list)).toBe('https://a.example');
  });

  it('is found by a pattern anywhere in it, else what is set for no match', () => {
    const patterns = ['\\.example$', 'local'];
    expect(allowed('https://x.example', [], patterns)).toBe('https://x.example');
    expect(allowed('http://localhost:1', [], patterns)).toBe('http://localhost:1');
    expect(allowed('https://x.example.org', ['https://a.example'], patterns)).toBe(
      'https://fallback',
    );
    expect(allowed('https://a.org', ['https://a.org'], patterns)).toBe('https://a.org');
  });

  it('is found in time linear in what is asked', () => {
    expect(allowed(`https://${'a'.repeat(50_000)}!`, [], ['^(https://)?(a+)+$'])).toBe(
      'https://fallback',
    );
    // A backtracking engine would take longer than the age of the universe.
  });
});
