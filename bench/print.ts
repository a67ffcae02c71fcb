import process from 'node:process';
import type { BenchRow, LimitRow } from './row.js';

export type Row = BenchRow | LimitRow;

/** @returns whether every bar was met. */
export function print(rows: readonly Row[]): boolean {
  for (const row of rows) process.stdout.write(`${line(row)}\n`);
  return !rows.some(isMissed);
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
