import { describe, expect, it } from 'vitest';
import { tableLines, type Column } from './table.js';

type Row = readonly [string | null, number, string?];

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', value: ([name]) => name },
  { title: 'COUNT', value: ([, count]) => count, align: 'right' },
  { title: 'LAST', value: ([, , last]) => last },
];

async function lines(rows: Iterable<Row>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of tableLines(rows, COLUMNS)) all.push(line);
  return all;
}

describe('a table', () => {
  it('has columns as wide as what is in them, and a dash where nothing is', async () => {
    expect(
      await lines([
        ['Ada', 5, 'x'],
        [null, 12_345],
      ]),
    ).toEqual(['NAME  COUNT  LAST', 'Ada       5  x', '-     12345  -']);
  });

  it('measures what takes two places, and what takes none', async () => {
    expect(
      await lines([
        ['日本', 1, 'x'],
        ['e\u0301', 1, 'x'],
      ]),
    ).toEqual(['NAME  COUNT  LAST', '日本      1  x', 'e\u0301         1  x']);
  });

  it('cuts what is very long, but not at the end of a line', async () => {
    const long = 'x'.repeat(100);
    const [, line] = await lines([[long, 1, long]]);
    expect(line).toBe(`${'x'.repeat(59)}…      1  ${long}`);
  });

  it('shows a name that would break it in one line', async () => {
    expect(await lines([['a\nb', 1, '\u001b[2J']])).toEqual([
      'NAME  COUNT  LAST',
      'a\\nb      1  \\u001b[2J',
    ]);
  });

  it('of nothing has no head', async () => {
    expect(await lines([])).toEqual([]);
  });

  it('holds a long list back only until it knows its widths', async () => {
    let read = 0;
    const rows = (function* (): Generator<Row> {
      for (; read < 5_000; read += 1) yield [`user-${read}`, read];
    })();
    const table = tableLines(rows, COLUMNS);
    expect((await table.next()).value).toMatch(/^NAME/);
    expect(read).toBeLessThan(1_001);
    const rest: string[] = [];
    for await (const line of table) rest.push(line);
    expect(rest).toHaveLength(5_000);
  });
});
