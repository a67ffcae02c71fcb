import { describe, expect, it } from 'vitest';
import { MAX_CONFIG_BYTES, parseConfig } from './config.js';
import { InvalidConfigError } from './invalid-config-error.js';

function refusal(text: string | Buffer): InvalidConfigError {
  try {
    parseConfig(text);
  } catch (error) {
    if (error instanceof InvalidConfigError) return error;
  }
  throw new Error('The config was not refused.');
}

describe('parsing a config', () => {
  it('takes text and bytes', () => {
    expect(parseConfig('{"f":{}}')).toEqual({ f: {} });
    expect(parseConfig(Buffer.from('{"f":{"é":{"t":0,"v":{"b":true}}}}'))).toEqual({
      f: { é: { t: 0, v: { b: true } } },
    });
  });

  it('refuses what is no JSON, and keeps the cause', () => {
    const error = refusal('<html>');
    expect(error).toMatchObject({ code: 'invalid_config', path: '$' });
    expect(error.cause).toBeInstanceOf(SyntaxError);
  });

  it.each([
    ['null', '$'],
    ['[]', '$'],
    ['{"f":{"a":null}}', '$.f.a'],
    ['{"f":{"a":{"t":0}}}', '$.f.a.v'],
    ['{"f":{"a b":{"t":"0","v":{}}}}', '$.f.a b.t'],
    ['{"f":{"a":{"t":0,"v":{},"r":[{"c":[{"u":{"c":0}}]}]}}}', '$.f.a.r[0].c[0].u.a'],
    [
      '{"f":{"a":{"t":0,"v":{},"r":[{"c":[{"u":{"a":"x","c":0,"l":["",1]}}]}]}}}',
      '$.f.a.r[0].c[0].u.l[1]',
    ],
    ['{"s":[{"n":"a"},null]}', '$.s[1]'],
  ])('refuses %s at %s', (text, path) => {
    expect(refusal(text).path).toBe(path);
  });

  it('refuses more than 32 MiB before reading it', () => {
    expect(refusal(Buffer.alloc(MAX_CONFIG_BYTES + 1)).message).toContain('more than');
    expect(refusal(' '.repeat(100 * 1024 * 1024)).message).toContain('more than');
  });
});
