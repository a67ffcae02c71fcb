import process from 'node:process';
import { run as evaluation } from './evaluation/evaluation.js';
import { run as ingest } from './ingest/ingest.js';
import { run as proxy } from './proxy/proxy.js';
import type { BenchRow } from './row.js';

const GROUPS: Readonly<Record<string, () => Promise<BenchRow[]>>> = { evaluation, ingest, proxy };

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
      isLow ||= row.ratio < (row.atLeast ?? 0);
    }
  }
  process.exitCode = isLow ? 1 : 0;
}

function line({ name, ours, reference, ratio, atLeast, unit }: BenchRow): string {
  const verdict = atLeast === undefined ? '    ' : ratio >= atLeast ? 'ok  ' : 'LOW ';
  const bar = atLeast === undefined ? 'no bar' : `at least ${atLeast}`;
  return `${verdict}${ratio.toFixed(2).padStart(7)} x (${bar})  ${name}: ${ours} against ${reference} ${unit}`;
}

await main();
