import { describe, expect, it } from 'vitest';
import { jsonText } from './json-text.js';

describe('JSON text', () => {
  it('escapes what Go escapes', () => {
    expect(jsonText('<a href="x">&\u2028\u2029\n\\')).toBe(
      String.raw`"\u003ca href=\"x\"\u003e\u0026\u2028\u2029\n\\"`,
    );
  });

  it('leaves other characters as they are, and replaces lone surrogates', () => {
    expect(jsonText('é😀\u007f')).toBe('"é😀\u007f"');
    expect(jsonText('\ud83d!')).toBe('"\ufffd!"');
    expect(jsonText(String.raw`\ud83d`)).toBe(String.raw`"\\ud83d"`);
  });
});
