import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { configArbitrary } from './config-arbitrary.js';
import { differencesOf } from './difference.js';
import { userArbitrary } from './user-arbitrary.js';

/** Configs between two looks at the clock. */
const RUNS = 500;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
});

process.exitCode = fuzz(Number(values.minutes), Number(values.seed ?? Date.now() % 2 ** 31));

/** Compares with the SDK for some minutes, from a seed on; answers the exit code. */
function fuzz(minutes: number, seed: number): number {
  print(`fuzzing the evaluation for ${minutes} minutes from seed ${seed}`);
  const end = Date.now() + minutes * 60_000;
  let cases = 0;
  const property = fc.property(
    configArbitrary,
    fc.array(userArbitrary, { minLength: 4, maxLength: 8, size: 'max' }),
    (config, users) => {
      cases += users.length * Object.keys(config.f ?? {}).length;
      return differencesOf(config, users).length === 0;
    },
  );
  for (let round = 0; Date.now() < end; round++) {
    const details = fc.check(property, { numRuns: RUNS, seed: seed + round });
    if (details.failed) return report(details, seed + round);
    print(`${cases} cases, seed ${seed + round}: no difference`);
  }
  return 0;
}

function report<T>(details: fc.RunDetails<T>, seed: number): number {
  print(`a difference at seed ${seed}: \`npm run fuzz -- --seed ${seed}\` finds it again`);
  print(fc.stringify(details.counterexample));
  if (details.errorInstance instanceof Error) print(details.errorInstance.message);
  return 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
