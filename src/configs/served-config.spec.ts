import { describe, expect, it } from 'vitest';
import { servedConfig } from './served-config.js';

describe('a served config', () => {
  it('has the tag of its source, where there is one', () => {
    expect(servedConfig('{}', '"upstream"').etag).toBe('"upstream"');
  });

  it('else has a weak tag of its bytes, the same on every replica', () => {
    expect(servedConfig('{"é":1}').etag).toMatch(/^W\/"[0-9a-f]{16}"$/);
    expect(servedConfig('{"é":1}').etag).toBe(servedConfig('{"é":1}').etag);
    expect(servedConfig('{"é":2}').etag).not.toBe(servedConfig('{"é":1}').etag);
  });

  it('has the text as UTF-8', () => {
    expect(servedConfig('é').body).toEqual(Buffer.from([0xc3, 0xa9]));
  });
});
