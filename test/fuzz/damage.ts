import * as fc from 'fast-check';
import type { ConfigJson } from '../../src/evaluation/config-json.js';
import { configArbitrary } from './config-arbitrary.js';

/** What stands in the place of a part; undefined takes the part away. */
const SUBSTITUTES: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  1.5,
  -1,
  2 ** 53,
  'text',
  '',
  [],
  [null],
  {},
  { v: {} },
];

/** The text of a config of which one part was replaced, so that it may fail the load-time checks. */
export const damagedConfigText: fc.Arbitrary<string> = fc
  .tuple(configArbitrary, fc.nat(), fc.constantFrom(...SUBSTITUTES))
  .map(([config, index, substitute]) => damage(config, index, substitute));

function damage(config: ConfigJson, index: number, substitute: unknown): string {
  const parts = countParts(config);
  let visited = 0;
  const text = JSON.stringify(config, (_name, value: unknown) =>
    visited++ === index % parts ? substitute : value,
  );
  return text ?? '';
}

function countParts(config: ConfigJson): number {
  let parts = 0;
  JSON.stringify(config, (_name, value: unknown) => {
    parts++;
    return value;
  });
  return parts;
}
