import type { Readable } from 'node:stream';
import { csvValues } from './csv-values.js';
import { identifier } from './identifier.js';
import { ImportRefusedError } from './import.errors.js';
import { keyProblem } from './storable-key.js';

/** One line of an upload: a member, or why it is none. Lines are counted from 1. */
export type ImportLine =
  | { readonly line: number; readonly memberKey: string }
  | { readonly line: number; readonly problem: string };

export type ImportFormat = 'ndjson' | 'csv';

/** No key is longer than 1,024 bytes; what stands around it may be. */
const MAX_LINE_LENGTH = 65_536;
/** In this order, in an object or in the first line of a CSV. */
const NAMES = ['member', 'userId', 'user_id', 'identifier', 'key', 'id'];
const HOW_TO_NAME = `Separate columns by commas, and let the first line call one of them ${NAMES.join(', ')}.`;
const SEVERAL_COLUMNS = 'the line has several columns, and no first line names them';
/** From here on a number of JSON may be rounded to an integer that it is not. */
const ALWAYS_EXACT = 2 ** 50;
const ROUNDED = 'the number is too large to be exact: write it as a text, in quotes';

/**
 * The members of an upload, line by line, as they come: nothing is held but one piece of it. Empty
 * lines are passed over, and a bad line costs itself alone; so a value never goes over two lines.
 * - NDJSON: each line a text or number, or an object with one of the names above.
 * - CSV: the column that the first line calls so, in whatever case; without such a line, the only one.
 *
 * Throws what the stream throws, and ImportRefusedError where nobody knows which column it is.
 */
export async function* importLines(
  body: Readable,
  format: ImportFormat,
): AsyncGenerator<ImportLine, void> {
  const read = format === 'csv' ? csvReader() : readJson;
  let line = 0;
  for await (const texts of pieces(body)) {
    for (const text of texts) {
      line += 1;
      if (text.length > MAX_LINE_LENGTH) yield { line, problem: 'the line is too long' };
      else if (text.trim() !== '') yield* read(text, line);
    }
  }
}

/** Whole lines, without their ends. One that is too long is cut, but not below what is too long. */
async function* pieces(body: Readable): AsyncGenerator<readonly string[], void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const text = rest + decoder.decode(bytesOf(chunk), { stream: true });
    // The other half of a line's end may come in the next chunk.
    const half = text.endsWith('\r') ? '\r' : '';
    const lines = linesOf(half === '' ? text : text.slice(0, -1));
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_LENGTH + 1) + half;
    yield lines;
  }
  yield linesOf(rest + decoder.decode());
}

function linesOf(text: string): string[] {
  return text.includes('\r') ? text.split(/\r\n|[\r\n]/) : text.split('\n');
}

type LineReader = (text: string, line: number) => readonly ImportLine[];

const readJson: LineReader = (text, line) => {
  try {
    const value = valueIn(JSON.parse(text));
    return isRounded(value, text) ? [{ line, problem: ROUNDED }] : [member(value, line)];
  } catch {
    return [{ line, problem: 'the line is no JSON' }];
  }
};

function valueIn(parsed: unknown): unknown {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return parsed;
  const values = new Map<string, unknown>(Object.entries(parsed));
  return values.get(NAMES.find((name) => values.has(name)) ?? '');
}

/** Whether the number in the text may be another than the one it was read as: that would be another member. */
function isRounded(value: unknown, text: string): boolean {
  if (typeof value !== 'number' || Math.abs(value) < ALWAYS_EXACT) return false;
  // 9007199254740991.2 reads as an integer that is none too large.
  return (
    !Number.isSafeInteger(value) || !new RegExp(`(?<![\\d.])${value}(?![\\d.e])`, 'i').test(text)
  );
}

function csvReader(): LineReader {
  let column: number | undefined;
  let isNamed = false;
  return (text, line) => {
    const values = csvValues(text);
    if (values === undefined) return [{ line, problem: 'the line is no CSV' }];
    if (column === undefined) {
      const names = values.map((value) => value.trim().toLowerCase());
      const name = NAMES.find((known) => names.includes(known.toLowerCase()));
      isNamed = name !== undefined;
      if (!isNamed && (values.length > 1 || /[;\t]/.test(text))) throw columnUnknown(line);
      column = name === undefined ? 0 : names.indexOf(name.toLowerCase());
      if (isNamed) return [];
    }
    if (!isNamed && values.length > 1) return [{ line, problem: SEVERAL_COLUMNS }];
    return [member(values[column], line)];
  };
}

function columnUnknown(line: number): ImportRefusedError {
  return new ImportRefusedError(
    `No column of the CSV is known to hold the members; nothing was imported. ${HOW_TO_NAME}`,
    [{ line, problem: `no column is known to hold the members. ${HOW_TO_NAME}` }],
  );
}

function member(value: unknown, line: number): ImportLine {
  const memberKey = identifier(value);
  if (memberKey === undefined) return { line, problem: 'the line names no member' };
  const problem = keyProblem(memberKey, true);
  return problem === undefined
    ? { line, memberKey }
    : { line, problem: `the member key ${problem}` };
}

function bytesOf(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}
