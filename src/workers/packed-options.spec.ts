import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadOptions } from '../options/load-options.js';
import { packOptions, unpackOptions } from './packed-options.js';

it('options are the same in another process, and frozen', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'packed-options-'));
  writeFileSync(
    join(cwd, 'options.yml'),
    'sdks: { a: { audience_flags: true }, b: {} }\nengage: { destinations: { d: { token: t } } }\n',
  );
  const { options } = loadOptions({ argv: [], env: {}, cwd });
  // As JSON has no undefined and no maps.
  const travelled: string = JSON.parse(JSON.stringify(packOptions(options)));
  const unpacked = unpackOptions(travelled);
  expect(unpacked).toEqual(options);
  expect([...unpacked.sdks.keys()]).toEqual(['a', 'b']);
  expect(() => Object.assign(unpacked.http, { port: 1 })).toThrow(TypeError);
});
