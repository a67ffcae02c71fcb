import process from 'node:process';
import { run as evaluation } from './evaluation/evaluation.js';
import { run as ingest } from './ingest/ingest.js';
import { run as indexFigures } from './membership/index-figures.js';
import { run as load } from './membership/load.js';
import { run as proxy } from './proxy/proxy.js';
import { print, type Row } from './print.js';
import { run as sse } from './sse/sse.js';
import { run as sync } from './sync/sync.js';
import { run as workers } from './workers/workers.js';

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
    isLow = !print(await run()) || isLow;
  }
  process.exitCode = isLow ? 1 : 0;
}

await main();
