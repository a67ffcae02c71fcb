import type { Readable } from 'node:stream';
import { csvValues } from './csv-values.js';
import { identifier } from './identifier.js';
import { keyProblem } from './storable-key.js';

/** One line of an upload: a member, or why it is none. Lines are counted from 1. */
export type ImportLine =
  | { readonly line: number; readonly memberKey: string }
  | { readonly line: number; readonly problem: string };

export type ImportFormat = 'ndjson' | 'csv';

/** No key is longer than 1,024 bytes; what stands around it may be. */
const MAX_LINE_LENGTH = 65_536;
/** In this order, in an object or in the first line of a CSV. */
const NAMES = ['member', 'userId', 'key', 'id'];

/**
 * The members of an upload, line by line, as they come: nothing is held but one piece of it. Empty
 * lines are passed over, and a bad line costs itself alone; so a value never goes over two lines.
 * - NDJSON: each line a text or number, or an object with `member`, `userId`, `key` or `id`.
 * - CSV: the column that the first line calls so; without such a line, the first column.
 *
 * Throws what the stream throws.
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
    const lines = (rest + decoder.decode(bytesOf(chunk), { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_LENGTH + 1);
    yield lines;
  }
  yield [rest + decoder.decode()];
}

type LineReader = (text: string, line: number) => readonly ImportLine[];

const readJson: LineReader = (text, line) => {
  try {
    return [member(valueIn(JSON.parse(text)), line)];
  } catch {
    return [{ line, problem: 'the line is no JSON' }];
  }
};

function valueIn(parsed: unknown): unknown {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return parsed;
  const values = new Map<string, unknown>(Object.entries(parsed));
  return values.get(NAMES.find((name) => values.has(name)) ?? '');
}

function csvReader(): LineReader {
  let column: number | undefined;
  return (text, line) => {
    const values = csvValues(text.endsWith('\r') ? text.slice(0, -1) : text);
    if (values === undefined) return [{ line, problem: 'the line is no CSV' }];
    if (column === undefined) {
      const name = NAMES.find((known) => values.includes(known));
      column = name === undefined ? 0 : values.indexOf(name);
      if (name !== undefined) return [];
    }
    return [member(values[column], line)];
  };
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
