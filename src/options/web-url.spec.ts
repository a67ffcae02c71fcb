import { describe, expect, it } from 'vitest';
import { Binder } from './bind.js';
import { Options } from './options.js';
import { Problems, type Problem } from './problems.js';

function problemsOf(baseUrl: unknown): readonly Problem[] {
  const problems = new Problems();
  new Binder(problems).bind(Options, { sdks: { shop: { base_url: baseUrl } } });
  return problems.all();
}

describe('a base_url', () => {
  it.each(['http://proxy_1:8050', 'https://ann:p%23d@proxy/a/b/', 'HTTPS://PROXY'])(
    'may be %s',
    (url) => {
      expect(problemsOf(url)).toEqual([]);
    },
  );

  it.each([
    'https://proxy?token=hidden',
    'https://proxy/a#hidden',
    'https://proxy/?',
    'https://proxy#',
  ])(
    'may not be %s: what stands behind the path would be lost, which is said with what to do',
    (url) => {
      expect(problemsOf(url)).toEqual([
        { path: 'sdks.shop.base_url', message: expect.stringContaining('no query') },
      ]);
      expect(JSON.stringify(problemsOf(url))).not.toContain('hidden');
    },
  );

  it.each(['proxy:8050', 'ftp://proxy', 'https://'])('may not be %s, which is no URL', (url) => {
    expect(problemsOf(url)).toEqual([
      { path: 'sdks.shop.base_url', message: 'must be an http or https URL' },
    ]);
  });
});
