import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { importLines, type ImportFormat, type ImportLine } from './import-lines.js';

async function read(
  chunks: Iterable<string | Buffer>,
  format: ImportFormat,
): Promise<readonly ImportLine[]> {
  const lines: ImportLine[] = [];
  for await (const line of importLines(Readable.from(chunks), format)) lines.push(line);
  return lines;
}

const keysOf = (lines: readonly ImportLine[]) =>
  lines.map((line) => ('memberKey' in line ? line.memberKey : `${line.line}: ${line.problem}`));

describe('the lines of an upload', () => {
  it('of NDJSON are texts, numbers, or objects that name a member', async () => {
    const text =
      '"ada"\n42\n{"member":"bob"}\r\n\n{"userId":7}\n{"key":"cy","x":[1]}\n{"id":"dan"}';
    const lines = await read([text], 'ndjson');
    expect(keysOf(lines)).toEqual(['ada', '42', 'bob', '7', 'cy', 'dan']);
    expect(lines.map(({ line }) => line)).toEqual([1, 2, 3, 5, 6, 7]);
  });

  it.each([1, 2, 3, 7, 64])('may be cut anywhere, into pieces of %i bytes', async (size) => {
    const bytes = Buffer.from('\uFEFF"Zoë 🚀"\n"bob"\n{"userId":"cy"}\n');
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    );
    expect(keysOf(await read(pieces, 'ndjson'))).toEqual(['Zoë 🚀', 'bob', 'cy']);
  });

  it('tells why one is no member, and goes on behind it', async () => {
    const long = 'x'.repeat(200_000);
    const text = `no\n[]\n{}\n""\ntrue\n"a\\u0000"\n"${'k'.repeat(1_025)}"\n"${long}"\n"ada"\n`;
    expect(keysOf(await read([text], 'ndjson'))).toEqual([
      '1: the line is no JSON',
      '2: the line names no member',
      '3: the line names no member',
      '4: the line names no member',
      '5: the line names no member',
      '6: the member key holds NUL or a lone surrogate',
      '7: the member key is over 1,024 bytes',
      '8: the line is too long',
      'ada',
    ]);
  });

  it('holds no line that never ends', async () => {
    const chunks = Array.from({ length: 50 }, () => 'x'.repeat(10_000));
    expect(keysOf(await read([...chunks, '\n"ada"'], 'ndjson'))).toEqual([
      '1: the line is too long',
      'ada',
    ]);
  });

  it.each([
    ['a column that its first line names', 'name,userId\r\nAda,u1\r\nBob,"u,2"\r\n', ['u1', 'u,2']],
    ['the first column without such a line', 'u1,x\nu2,y\n\nu3\n', ['u1', 'u2', 'u3']],
    ['a mark of its bytes', '\uFEFFmember\nu1\n', ['u1']],
    ['quotes in quotes', 'id\n"a ""b"""\n""\n', ['a "b"', '3: the line names no member']],
    ['a column that is empty', 'id,x\n,1\nu2,2\n', ['2: the line names no member', 'u2']],
    ['a quote without an end', 'id\n"u1\nu2', ['2: the line is no CSV', 'u2']],
    [
      'a quote that does not end its value',
      'id\nu1\n"u"2\nu3\n',
      ['u1', '3: the line is no CSV', 'u3'],
    ],
  ])('of CSV: %s', async (_name, text, keys) => {
    expect(keysOf(await read([text], 'csv'))).toEqual(keys);
  });

  it.each(['ndjson', 'csv'] as const)('throws what the stream throws (%s)', async (format) => {
    const broken = (function* () {
      yield '"ada"\n';
      throw new Error('cut off');
    })();
    await expect(read(broken, format)).rejects.toThrow('cut off');
  });
});
