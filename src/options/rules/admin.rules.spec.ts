import { describe, expect, it } from 'vitest';
import { Binder } from '../bind.js';
import { Options } from '../options.js';
import { Problems } from '../problems.js';
import { checkAdminTokens } from './admin.rules.js';

describe('admin tokens', () => {
  it('belong to one person each', () => {
    const problems = new Problems();
    const tokens = [
      { name: 'a', token: 't' },
      { name: 'b', token: 't' },
      { name: 'c', token: 'u' },
    ];
    const options = new Binder(problems).bind(Options, { admin: { tokens } });
    checkAdminTokens(options.admin.tokens, problems);

    expect(problems.all()).toEqual([
      { path: 'admin.tokens[1].token', message: 'has the same token as admin.tokens[0]' },
    ]);
  });
});
