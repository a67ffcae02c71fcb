import { describe, expect, it } from 'vitest';
import { compileConfig } from './compile.js';
import { parseConfig } from './config.js';

describe('the JSON of an evaluation', () => {
  it.each(['1e999', '-1e999', '1.5'])('parses to the value that is served, such as %s', (d) => {
    const config = parseConfig(`{"f":{"x":{"t":3,"v":{"d":${d}}}}}`);
    const { value, json } = compileConfig(config).evaluate('x', undefined);
    expect(value).toBe(Number(d));
    expect(JSON.parse(json)).toEqual({ value, variationId: '' });
  });
});
