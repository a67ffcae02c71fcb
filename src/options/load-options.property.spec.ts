import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadOptions } from './load-options.js';
import { membersOf, type OptionsClass } from './option.js';
import { OptionsError } from './options.error.js';
import { Options } from './options.js';

const path = join(mkdtempSync(join(tmpdir(), 'load-options-property-')), 'options.yml');

/** Trees that mostly have the right keys, with anything under them. */
function treeOf(type: OptionsClass): fc.Arbitrary<unknown> {
  const fields = membersOf(type).map((member) => {
    if (member.kind === 'value') return [member.yaml, LEAF] as const;
    const inner = treeOf(member.type);
    if (member.kind === 'items') return [member.yaml, fc.array(inner, { maxLength: 2 })] as const;
    if (member.kind === 'group') return [member.yaml, fc.oneof(inner, LEAF)] as const;
    return [member.yaml, fc.dictionary(fc.constantFrom('a', 'b', 'a/b', ''), inner)] as const;
  });
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

const WORDS = [
  '',
  '${GONE}',
  'file:/gone',
  '1s',
  '8MB',
  'true',
  'all',
  'path:$.a',
  'http://a',
  '(',
];
const LEAF = fc.oneof(
  fc.constantFrom<unknown>(...WORDS, null, 0, -1, 1.5, true, [], {}),
  fc.jsonValue({ maxDepth: 2 }),
);

function isLoadedOrExplained(tree: unknown): boolean {
  writeFileSync(path, JSON.stringify(tree));
  try {
    loadOptions({ argv: ['-c', path], env: {}, cwd: '/' });
    return true;
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    return error.problems.every((problem) => problem.path !== '' && problem.message !== '');
  }
}

describe('any options file at all', () => {
  it('gives options or a list of problems, never another error', () => {
    const property = fc.property(treeOf(Options), isLoadedOrExplained);
    expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
  });
});
