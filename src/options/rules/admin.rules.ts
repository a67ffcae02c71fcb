import type { AdminTokenOptions } from '../admin.options.js';
import type { Problems } from '../problems.js';
import { Unique } from './unique.js';

/** One token, one person: otherwise the history names the wrong one. */
export function checkAdminTokens(tokens: readonly AdminTokenOptions[], problems: Problems): void {
  const unique = new Unique(problems, 'token');
  tokens.forEach(({ token }, index) => {
    const owner = `admin.tokens[${index}]`;
    const path = `${owner}.token`;
    if (!problems.has(path)) unique.check(token, { path, owner });
  });
}
