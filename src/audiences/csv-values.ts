/** A value in quotes, where a quote stands for itself when doubled, or one without any; then a comma or the end. */
const VALUE = /(?:"(?<quoted>(?:[^"]|"")*)"|(?<bare>[^",]*))(?<end>,|$)/y;

/** The values of one line of CSV (RFC 4180); undefined where it is none. */
export function csvValues(line: string): readonly string[] | undefined {
  if (!line.includes('"')) return line.split(',');
  const values: string[] = [];
  VALUE.lastIndex = 0;
  for (;;) {
    const groups = VALUE.exec(line)?.groups;
    if (groups === undefined) return undefined;
    values.push(groups['quoted']?.replaceAll('""', '"') ?? groups['bare'] ?? '');
    if (groups['end'] === '') return values;
  }
}
