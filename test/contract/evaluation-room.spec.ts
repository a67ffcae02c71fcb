import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const room = join(import.meta.dirname, '../../src/evaluation');
const sources = readdirSync(room).filter((name) => !name.endsWith('.spec.ts'));

describe('the evaluation room', () => {
  it('is pure: it imports its own files, the base error, hashing and versions, no more', () => {
    const imported = sources.flatMap((name) =>
      [...readFileSync(join(room, name), 'utf8').matchAll(/ from '([^']+)'/g)].map(
        ([, from]) => from ?? '',
      ),
    );
    const others = new Set(imported.filter((from) => !from.startsWith('./')));
    expect([...others].toSorted()).toEqual(['../error.js', 'node:crypto', 'semver']);
  });

  it('asks no clock and no chance', () => {
    const text = sources.map((name) => readFileSync(join(room, name), 'utf8')).join('\n');
    expect(text).not.toMatch(/Date\.now|new Date\(\)|Math\.random|performance\./);
  });
});
