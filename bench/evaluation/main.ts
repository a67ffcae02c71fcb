import { run } from './evaluation.js';
import { ROUNDS } from './race.js';

process.stdout.write(`medians of ${ROUNDS} alternating rounds, Node ${process.version}\n`);
for (const row of await run()) {
  const verdict = row.ratio >= (row.atLeast ?? 0) ? 'ok  ' : 'LOW ';
  const figures = `${row.ours} against ${row.reference} ${row.unit}`;
  process.stdout.write(
    `${verdict}${row.ratio.toFixed(1)} x (${row.atLeast} x)  ${row.name}: ${figures}\n`,
  );
}
