import { gzipSync, brotliCompressSync, deflateSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { ADMIN, callAdmin, VIEWER, WITH_ADMIN } from '../support/admin.js';
import { identify } from '../support/builders.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { RawClient } from '../support/raw-client.js';
import { TOKEN } from '../support/service.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };
const CSV = { 'content-type': 'text/csv; charset=utf-8' };

const bed = new TestBed({
  ...WITH_ADMIN,
  engage: { destinations: { dest: { token: TOKEN, auto_create_segments: false } } },
});

let audiences = 0;

/** An audience of the test's own, in which these are. */
async function audienceWith(...keys: readonly string[]): Promise<string> {
  audiences += 1;
  const key = `imported_${audiences}`;
  const batch = ['nobody', ...keys].map((userId) =>
    identify({ key, userId, isMember: userId !== 'nobody' }),
  );
  expect((await bed.send({ batch })).status).toBe(200);
  const rows = await bed.rows.audiences('dest');
  return rows.find(({ slug }) => slug === key)?.id ?? '';
}

interface Upload {
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

function upload(
  audience: string,
  body: string | Uint8Array<ArrayBuffer>,
  { headers = NDJSON, token = ADMIN.token }: Upload = {},
): Promise<HttpAnswer> {
  const [id = '', query = ''] = audience.split('?');
  return request(`${bed.base}/admin/v1/audiences/${id}/members/import?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
  });
}

async function membersOf(id: string): Promise<readonly string[]> {
  const { body } = await callAdmin(bed.base, `GET /audiences/${id}/members?limit=1000`);
  const { items }: { items: ReadonlyArray<{ member: string }> } = Object(body);
  return items.map(({ member }) => member);
}

const lines = (...keys: readonly string[]) =>
  keys.map((key) => `${JSON.stringify(key)}\n`).join('');
const many = (count: number, name: string) =>
  Array.from({ length: count }, (_, n) => `${name}_${n}`);
const bytes = (buffer: Buffer) => new Uint8Array(buffer);

describe('an import', () => {
  it('replaces the members of an audience', async () => {
    const id = await audienceWith('ada', 'bob');
    expect(await upload(`${id}?mode=replace`, lines('bob', 'cy', 'cy'))).toMatchObject({
      status: 201,
      body: { received: 3, rejected: 0, added: 1, removed: 1, problems: [] },
    });
    expect(await membersOf(id)).toEqual(['bob', 'cy']);
    await vi.waitFor(async () => {
      const { body } = await callAdmin(bed.base, `GET /audiences/${id}`);
      expect(body).toMatchObject({ memberCount: 2 });
    }, PATIENCE);
    const changes = await callAdmin(bed.base, `GET /audiences/${id}/changes?limit=2`);
    expect(changes.body).toMatchObject({
      items: [
        { member: 'ada', entered: false },
        { member: 'cy', entered: true },
      ],
    });
  });

  it('adds members to an audience', async () => {
    const id = await audienceWith('ada');
    expect((await upload(`${id}?mode=add`, lines('ada', 'bob'))).body).toEqual({
      received: 2,
      rejected: 0,
      added: 1,
      removed: 0,
      problems: [],
    });
    expect(await membersOf(id)).toEqual(['ada', 'bob']);
  });

  it('may be of an audience that no event has named yet', async () => {
    const made = await bed.send({ audienceName: 'By hand' }, { route: 'audiences' });
    const id: string = Object(made.body).externalId;
    expect((await upload(`${id}?mode=add`, lines('ada'))).body).toMatchObject({ added: 1 });
    expect(await membersOf(id)).toEqual(['ada']);
    expect((await callAdmin(bed.base, 'GET /members/ada')).body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({
          audience: { id, key: null, slug: null, name: 'By hand', destination: 'dest' },
        }),
      ]),
    });
  });

  it('takes CSV and JSON, as the header or the query says', async () => {
    const id = await audienceWith();
    const csv = 'name,member\r\n"Ada, Countess","ada"\r\nBob,bob\r\n';
    expect((await upload(`${id}?mode=add`, csv, { headers: CSV })).body).toMatchObject({
      added: 2,
    });
    const json = await upload(`${id}?mode=add`, '{"userId":7}\n', {
      headers: { 'content-type': 'application/json' },
    });
    expect(json.body).toMatchObject({ added: 1 });
    const told = await upload(`${id}?mode=add&format=csv`, 'cy\n', {
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(told.body).toMatchObject({ added: 1 });
    expect(await membersOf(id)).toEqual(['7', 'ada', 'bob', 'cy']);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('may be compressed by %s', async (encoding, compress) => {
    const id = await audienceWith();
    const headers = { ...NDJSON, 'content-encoding': encoding };
    const body = bytes(compress(lines(...many(7_000, 'user'))));
    expect((await upload(`${id}?mode=replace`, body, { headers })).body).toMatchObject({
      received: 7_000,
      added: 7_000,
    });
  });

  it('tells bad lines by number; the rest goes in', async () => {
    const id = await audienceWith('ada');
    const body = `member,other\nok,x\n"open\n,no member\n${'x'.repeat(1_025)},y\nlast,z`;
    expect(await upload(`${id}?mode=add`, body, { headers: CSV })).toMatchObject({
      status: 201,
      body: {
        received: 5,
        rejected: 3,
        added: 2,
        problems: [
          { line: 3, problem: 'the line is no CSV' },
          { line: 4, problem: 'the line names no member' },
          { line: 5, problem: 'the member key is over 1,024 bytes' },
        ],
      },
    });
    expect(await membersOf(id)).toEqual(['ada', 'last', 'ok']);
  });

  it('is refused where nobody knows which column the members are in', async () => {
    const id = await audienceWith('ada');
    const answer = await upload(`${id}?mode=replace`, 'Bob,Paris\nCy,Rome\n', { headers: CSV });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/1' }] } });
    expect(await membersOf(id)).toEqual(['ada']);
  });

  it.each(['add', 'replace'])('is refused whole under strict (%s)', async (mode) => {
    const id = await audienceWith('ada');
    const answer = await upload(`${id}?mode=${mode}&strict=true`, `${lines('bob')}{}\nno\n`);
    expect(answer).toMatchObject({
      status: 422,
      body: {
        errors: [
          { pointer: '/2', detail: 'the line names no member' },
          { pointer: '/3', detail: 'the line is no JSON' },
        ],
      },
    });
    expect(await membersOf(id)).toEqual(['ada']);
    expect(await remains(id)).toBe(0);
  });

  it('tells the first thousand bad lines', async () => {
    const id = await audienceWith();
    const { body } = await upload(`${id}?mode=add&strict=false`, 'x\n'.repeat(1_500));
    expect(body).toMatchObject({ received: 1_500, rejected: 1_500 });
    expect(Object(body).problems).toHaveLength(1_000);
    const refused = await upload(`${id}?mode=add&strict=true`, 'x\n'.repeat(1_500));
    expect(Object(refused.body).errors).toHaveLength(1_000);
  });

  it('of nobody empties the audience by replace, and does nothing by add', async () => {
    const id = await audienceWith('ada');
    expect((await upload(`${id}?mode=add`, '')).body).toMatchObject({ received: 0, added: 0 });
    expect(await membersOf(id)).toEqual(['ada']);
    expect((await upload(`${id}?mode=replace`, '\n')).body).toMatchObject({ removed: 1 });
    expect(await membersOf(id)).toEqual([]);
  });

  it.each([
    ['', '/mode'],
    ['mode=merge', '/mode'],
    ['mode=add&mode=replace', '/mode'],
    ['mode=add&strict=yes', '/strict'],
    ['mode=add&format=xml', '/format'],
    ['mode=add&limit=1', '/limit'],
  ])('is refused with ?%s', async (query, pointer) => {
    const id = await audienceWith();
    expect(await upload(`${id}?${query}`, lines('ada'))).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ in: 'query', pointer })]) },
    });
    expect(await membersOf(id)).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no type', { 'content-type': '' }],
    ['another type', { 'content-type': 'application/xml' }],
    ['a form', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['another compression', { ...NDJSON, 'content-encoding': 'zstd' }],
    ['two compressions', { ...NDJSON, 'content-encoding': 'gzip, gzip' }],
  ])('is refused with %s', async (_name, headers) => {
    const id = await audienceWith();
    const answer = await upload(`${id}?mode=add`, lines('ada'), { headers });
    expect(answer).toMatchObject({ status: 415, body: { title: 'Unsupported Media Type' } });
    expect(await membersOf(id)).toEqual([]);
  });

  it.each([
    ['is not compressed as it says', Buffer.from(lines('ada'))],
    ['is half of a compressed one', gzipSync(lines('ada', 'bob')).subarray(0, 20)],
    ['is damaged', damaged(gzipSync(lines('ada', 'bob')))],
  ])('changes nothing where it %s', async (_name, body) => {
    const id = await audienceWith('eve');
    const headers = { ...NDJSON, 'content-encoding': 'gzip' };
    expect(await upload(`${id}?mode=replace`, bytes(body), { headers })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '' }] },
    });
    expect(await membersOf(id)).toEqual(['eve']);
    expect(await remains(id)).toBe(0);
  });

  it.each(['add', 'replace'])('changes nothing where it is cut off (%s)', async (mode) => {
    const id = await audienceWith('ada');
    const client = await startUpload(id, mode);
    client.socket.write(chunk(lines(...many(6_000, `cut_${mode}`))));
    const staged = () =>
      bed.rows.query(`select from membership where starts_with(member_key, $1)`, [`cut_${mode}`]);
    // With the first one they are 5,000, which go to PostgreSQL together.
    await vi.waitFor(async () => expect(await staged()).toHaveLength(4_999), PATIENCE);
    client.reset();
    await vi.waitFor(async () => expect(await remains(id)).toBe(0), PATIENCE);
    expect(await membersOf(id)).toEqual(['ada']);
    expect(await staged()).toEqual([]);
  });

  it('changes nothing where it ends before the length it told', async () => {
    const id = await audienceWith('ada');
    const client = await RawClient.send(port(), {
      method: 'POST',
      path: `/admin/v1/audiences/${id}/members/import?mode=replace`,
      headers: [...HEADERS, 'Content-Length: 100'],
      more: lines('bob'),
    });
    await vi.waitFor(async () => expect(await remains(id)).toBe(1), PATIENCE);
    client.end();
    await client.closed;
    await vi.waitFor(async () => expect(await remains(id)).toBe(0), PATIENCE);
    expect(await membersOf(id)).toEqual(['ada']);
  });

  it.each(['end', 'reset'] as const)(
    'keeps nobody out where its client is gone (%s) before it was read',
    async (how) => {
      const id = await audienceWith('ada');
      for (let round = 0; round < 5; round += 1) {
        const client = await RawClient.send(port(), {
          method: 'POST',
          path: `/admin/v1/audiences/${id}/members/import?mode=replace`,
          headers: [...HEADERS, 'Content-Length: 100'],
          more: lines('bob'),
        });
        client[how]();
        await client.closed;
      }
      // The service may come to a connection after its client has gone, and then needs a moment.
      await vi.waitFor(async () => {
        expect((await upload(`${id}?mode=replace`, lines('eve'))).status).toBe(201);
      }, PATIENCE);
      expect(await membersOf(id)).toEqual(['eve']);
      expect(await remains(id)).toBe(0);
    },
  );

  it("of which no line is understood takes nobody's place", async () => {
    const id = await audienceWith('ada');
    const answer = await upload(`${id}?mode=replace`, '["bob","cy"]\n');
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/1' }] } });
    expect(await membersOf(id)).toEqual(['ada']);
    expect(await remains(id)).toBe(0);
  });

  it('is refused while another replaces the audience, and the answer comes though it is long', async () => {
    const id = await audienceWith('ada');
    const first = await startUpload(id, 'replace');
    await vi.waitFor(async () => expect(await remains(id)).toBe(1), PATIENCE);
    const body = many(200_000, 'late').join('\n');
    expect(await upload(`${id}?mode=replace`, body)).toMatchObject({
      status: 409,
      body: { type: 'import_running' },
    });
    first.socket.write(`${chunk(lines('bob'))}0\r\n\r\n`);
    await first.says('"added":2');
    expect(await membersOf(id)).toEqual(['bob', 'first']);
  });

  it('tells whoever still sends that the audience was deleted meanwhile', async () => {
    const id = await audienceWith('ada');
    const client = await startUpload(id, 'replace');
    await vi.waitFor(async () => expect(await remains(id)).toBe(1), PATIENCE);
    expect((await callAdmin(bed.base, `DELETE /audiences/${id}`)).status).toBe(204);
    client.socket.write(chunk(lines(...many(6_000, 'user'))));
    await client.says('"type":"unknown_audience"');
    expect(client.head).toContain('HTTP/1.1 404');
  });

  it('is of an audience that there is, and an admin’s to do', async () => {
    for (const unknown of [String(2 ** 47), 'x']) {
      expect(await upload(`${unknown}?mode=add`, lines('ada'))).toMatchObject({
        status: 404,
        body: { type: 'unknown_audience' },
      });
    }
    const id = await audienceWith();
    expect((await upload(`${id}?mode=add`, lines('ada'), VIEWER)).status).toBe(403);
    expect((await upload(`${id}?mode=add`, lines('ada'), { token: 'nobody' })).status).toBe(401);
    expect(await membersOf(id)).toEqual([]);
  });
});

const HEADERS = [
  'Connection: close',
  `Authorization: Bearer ${ADMIN.token}`,
  'Content-Type: application/x-ndjson',
];

function startUpload(id: string, mode: string): Promise<RawClient> {
  return RawClient.send(port(), {
    method: 'POST',
    path: `/admin/v1/audiences/${id}/members/import?mode=${mode}`,
    headers: [...HEADERS, 'Transfer-Encoding: chunked'],
    more: chunk(lines('first')),
  });
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

function port(): number {
  return Number(new URL(bed.base).port);
}

/** How many imports of the audience are under way. */
async function remains(id: string): Promise<number> {
  const rows = await bed.rows.query(
    `select from member_import where audience_id = $1 and state in ('staging', 'dropped')`,
    [id],
  );
  return rows.length;
}

function damaged(buffer: Buffer): Buffer {
  const copy = Buffer.from(buffer);
  const middle = copy.length - 12;
  copy[middle] = (copy[middle] ?? 0) ^ 0xff;
  return copy;
}
