import process from 'node:process';
import { run as evaluation } from './evaluation/evaluation.js';
import { run as ingest } from './ingest/ingest.js';
import { run as indexFigures } from './membership/index-figures.js';
import { run as load } from './membership/load.js';
import { run as proxy } from './proxy/proxy.js';
import type { BenchRow, LimitRow } from './row.js';
import { run as sse } from './sse/sse.js';
import { run as sync } from './sync/sync.js';
import { run as workers } from './workers/workers.js';

type Row = BenchRow | LimitRow;

const GROUPS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  evaluation,
  ingest,
  index: indexFigures,
  load,
  sync,
  proxy,
  sse,
  workers,
};

/** `npm run bench`, or `npm run bench -- ingest` for some groups. Exit 1: a bar was missed. */
async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !(name in GROUPS));
  if (unknown.length > 0) {
    throw new Error(
      `No such group: ${unknown.join(', ')}. There are ${Object.keys(GROUPS).join(', ')}.`,
    );
  }
  process.stdout.write(
    `Node ${process.version}. Each figure beside its reference, same run, medians.\n`,
  );
  let isLow = false;
  for (const [name, run] of Object.entries(GROUPS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stdout.write(`\n${name}\n`);
    for (const row of await run()) {
      process.stdout.write(`${line(row)}\n`);
      isLow ||= isMissed(row);
    }
  }
  process.exitCode = isLow ? 1 : 0;
}

function isMissed(row: Row): boolean {
  // Written so that what is no number misses.
  if ('ratio' in row) return row.atLeast !== undefined && !(row.ratio >= row.atLeast);
  return row.atMost !== undefined && !(row.ours <= row.atMost);
}

function line(row: Row): string {
  const bar = 'ratio' in row ? row.atLeast : row.atMost;
  const verdict = bar === undefined ? '    ' : isMissed(row) ? 'LOW ' : 'ok  ';
  if ('ratio' in row) {
    const { name, ours, reference, ratio, unit } = row;
    const asked = bar === undefined ? 'no bar' : `at least ${bar}`;
    return `${verdict}${ratio.toFixed(2).padStart(7)} x (${asked})  ${name}: ${ours} against ${reference} ${unit}`;
  }
  const asked = bar === undefined ? 'no bar' : `at most ${bar}`;
  return `${verdict}${row.ours.toFixed(2).padStart(7)} ${row.unit} (${asked})  ${row.name}`;
}

await main();
