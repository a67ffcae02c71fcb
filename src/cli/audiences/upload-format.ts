import { UsageError } from '../cli.errors.js';

/** How a file of members is sent. */
export interface UploadFormat {
  readonly contentType: string;
  readonly isGzip: boolean;
}

export type FormatName = 'csv' | 'ndjson';

const CONTENT_TYPES: Readonly<Record<FormatName, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson',
};

const EXTENSIONS: ReadonlyMap<string, FormatName> = new Map([
  ['csv', 'csv'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
]);

/** By the file's name, and by `given` over that. @throws UsageError where neither says it */
export function uploadFormat(file: string, given?: FormatName): UploadFormat {
  const isGzip = /\.gz$/i.test(file);
  const extension = /\.([^./\\]+)$/.exec(isGzip ? file.slice(0, -'.gz'.length) : file)?.[1];
  const name = given ?? EXTENSIONS.get(extension?.toLowerCase() ?? '');
  if (name === undefined) {
    throw new UsageError(
      `${file === '-' ? 'stdin' : file} has no name that says what is in it: add --format csv or ndjson.`,
    );
  }
  return { contentType: CONTENT_TYPES[name], isGzip };
}
