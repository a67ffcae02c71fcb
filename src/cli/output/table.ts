import stringWidth from 'string-width';
import { printable } from './printable.js';

/** One column of a table for people. */
export interface Column<Item> {
  readonly title: string;
  /** Null, undefined and '' are shown as `-`. */
  value(item: Item): string | number | null | undefined;
  readonly align?: 'right';
}

/** So many rows say how wide the columns are; a longer list is shown as it comes. */
const MEASURED_ROWS = 1_000;
/** A longer one is cut in its middle columns, not in the last. */
const MAX_WIDTH = 60;
const GAP = '  ';

/** The lines of a table, as its rows come; of one without rows no line at all. */
export async function* tableLines<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  columns: readonly Column<Item>[],
): AsyncGenerator<string, void> {
  let waiting: string[][] = [];
  let widths: readonly number[] | undefined;
  const measured = function* (): Generator<string> {
    if (waiting.length === 0) return;
    const rows = [columns.map(({ title }) => title), ...waiting];
    widths = columns.map((_column, index) =>
      Math.min(MAX_WIDTH, Math.max(...rows.map((row) => widthOf(row[index] ?? '')))),
    );
    for (const row of rows) yield lineOf(row, columns, widths);
    waiting = [];
  };
  for await (const item of items) {
    const row = columns.map((column) => cell(column.value(item)));
    if (widths !== undefined) yield lineOf(row, columns, widths);
    else if (waiting.push(row) === MEASURED_ROWS) yield* measured();
  }
  if (widths === undefined) yield* measured();
}

function cell(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : printable(String(value));
  return text === '' ? '-' : text;
}

function lineOf(
  row: readonly string[],
  columns: readonly Column<never>[],
  widths: readonly number[],
): string {
  const cells = row.map((text, index) => {
    const isLast = index === row.length - 1;
    const width = widths[index] ?? 0;
    const shown = isLast ? text : cut(text, width);
    const padding = ' '.repeat(Math.max(0, width - widthOf(shown)));
    if (columns[index]?.align === 'right') return padding + shown;
    return isLast ? shown : shown + padding;
  });
  return cells.join(GAP);
}

/** The library takes tens of microseconds, and a list may have a million rows. */
function widthOf(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let shown = '';
  let used = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used >= width) break;
    shown += character;
  }
  return `${shown}…`;
}
