import { describe, expect, it } from 'vitest';
import { uploadFormat, type FormatName } from './upload-format.js';

const CSV = 'text/csv; charset=utf-8';
const NDJSON = 'application/x-ndjson';

describe('how a file of members is sent', () => {
  it.each<[string, FormatName | undefined, string, boolean]>([
    ['members.csv', undefined, CSV, false],
    ['some/dir.x/MEMBERS.CSV', undefined, CSV, false],
    ['members.ndjson', undefined, NDJSON, false],
    ['members.jsonl.gz', undefined, NDJSON, true],
    ['members.csv.GZ', undefined, CSV, true],
    ['members.txt', 'csv', CSV, false],
    ['members.csv', 'ndjson', NDJSON, false],
    ['-', 'ndjson', NDJSON, false],
  ])('%s as %s', (file, given, contentType, isGzip) => {
    expect(uploadFormat(file, given)).toEqual({ contentType, isGzip });
  });

  it.each(['members', 'members.txt', 'members.gz', '-', 'csv'])(
    'is not to be guessed of %s',
    (file) => {
      expect(() => uploadFormat(file)).toThrow('--format');
    },
  );
});
