/** A Markdown table, its columns padded as prettier pads them, with a line break at its end. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = header.map((title, column) => {
    return Math.max(3, title.length, ...rows.map((row) => (row[column] ?? '').length));
  });
  const line = (cells: readonly string[], fill: string): string => {
    return `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, fill)).join(' | ')} |\n`;
  };
  return [line(header, ' '), line([], '-'), ...rows.map((row) => line(row, ' '))].join('');
}
