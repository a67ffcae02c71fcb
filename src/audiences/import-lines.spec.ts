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
    ['a name in any case, and with spaces around it', 'E-Mail, UserID \na,u1\n', ['u1']],
    ['a name with an underscore', 'user_id\nu1\n', ['u1']],
    ["the name of the user object's attribute", 'Identifier\nu1\n', ['u1']],
    ['the only column without such a line', 'u1\nu2\n\nu3\n', ['u1', 'u2', 'u3']],
    [
      'of two columns that nobody named, none',
      'u1\nu2,x\n',
      ['u1', '2: the line has several columns, and no first line names them'],
    ],
    ['a separator in a column that has a name', 'id\nu;1\nu\t2\n', ['u;1', 'u\t2']],
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

  it.each([
    ['several columns of which none is known', 'visitor,email\nu1,a@b\n'],
    ['columns without a first line for them', '\n"u1",x\n'],
    ['semicolons', 'userId;email\nu1;a@b\n'],
    ['tabs', 'userId\temail\nu1\ta@b\n'],
  ])('of CSV are refused as a whole: %s', async (_name, text) => {
    await expect(read([text], 'csv')).rejects.toMatchObject({
      code: 'import_refused',
      message: expect.stringContaining('let the first line call one of them member, userId'),
    });
  });

  it('are no members where a number is read as another', async () => {
    const rounded = [
      '9007199254740993',
      '-9007199254740993',
      '{"userId": 12345678901234567890}',
      '9007199254740991.2',
      '1e400',
    ];
    const exact = [
      '9007199254740991',
      '{"x":1e3,"id":-9007199254740991}',
      '1.5',
      '"9007199254740993"',
    ];
    const keys = keysOf(await read([[...rounded, ...exact].join('\n')], 'ndjson'));
    const problem = 'the number is too large to be exact: write it as a text, in quotes';
    expect(keys).toEqual([
      ...rounded.map((_text, index) => `${index + 1}: ${problem}`),
      '9007199254740991',
      '-9007199254740991',
      '1.5',
      '9007199254740993',
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('end with %j, in whatever pieces they come', async (end) => {
    const text = ['userId', 'u1', 'u2', '', 'u3'].join(end);
    for (const size of [1, 2, 3, 64]) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      const lines = await read(pieces, 'csv');
      expect(keysOf(lines)).toEqual(['u1', 'u2', 'u3']);
      expect(lines.map(({ line }) => line)).toEqual([2, 3, 5]);
    }
  });

  it.each(['ndjson', 'csv'] as const)('throws what the stream throws (%s)', async (format) => {
    const broken = (function* () {
      yield '"ada"\n';
      throw new Error('cut off');
    })();
    await expect(read(broken, format)).rejects.toThrow('cut off');
  });
});
