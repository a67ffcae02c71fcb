import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { configArbitrary } from './config-arbitrary.js';
import { damagedConfigText } from './damage.js';
import { differencesOf } from './difference.js';
import { loadDifference } from './load-difference.js';
import { compareLogs } from './log-difference.js';
import { userArbitrary } from './user-arbitrary.js';

const users = fc.array(userArbitrary, { minLength: 4, maxLength: 8, size: 'max' });

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
  const evaluation = fc.property(configArbitrary, users, (config, some) => {
    cases += some.length * Object.keys(config.f ?? {}).length;
    return differencesOf(config, some).length + compareLogs(config, some).differences.length === 0;
  });
  const loading = fc.property(damagedConfigText, (text) => loadDifference(text) === undefined);
  for (let round = seed; Date.now() < end; round++) {
    for (const failure of [failureOf(evaluation, round), failureOf(loading, round)]) {
      if (failure !== undefined) return report(failure, round);
    }
    print(`${cases} cases, seed ${round}: no difference`);
  }
  return 0;
}

/** The smallest case that differs. */
function failureOf<T>(property: fc.IProperty<T>, seed: number): string | undefined {
  const details = fc.check(property, { numRuns: RUNS, seed });
  return details.failed ? fc.stringify(details.counterexample) : undefined;
}

function report(failure: string, seed: number): number {
  print(`a difference at seed ${seed}: \`npm run fuzz -- --seed ${seed}\` finds it again`);
  print(failure);
  return 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
