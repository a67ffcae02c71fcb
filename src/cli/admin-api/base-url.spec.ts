import { describe, expect, it } from 'vitest';
import { baseUrl } from './base-url.js';

describe('the URL of the service', () => {
  it.each([
    ['http://127.0.0.1:8050', 'http://127.0.0.1:8050'],
    ['https://flags.example.com/', 'https://flags.example.com'],
    ['https://example.com/behind/proxy/', 'https://example.com/behind/proxy'],
    ['http://[::1]:8050/?x=1#y', 'http://[::1]:8050'],
  ])('%s stands for %s', (text, url) => {
    expect(baseUrl(text)).toBe(url);
  });

  it.each(['', 'localhost:8050', 'ftp://x', 'not a url'])('is not %j', (text) => {
    expect(() => baseUrl(text)).toThrow('must look like');
  });

  it('holds no password, and its refusal does not show it', () => {
    expect(() => baseUrl('https://ada:sesame@example.com')).toThrow(/^(?!.*sesame).*--token/);
  });
});
