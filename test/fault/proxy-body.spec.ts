import { describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { RawClient, type RawRequest } from '../support/raw-client.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { TestBed } from '../support/test-bed.js';

const MAX_BODY_BYTES = 1_048_576;
const QUESTION = '{"key":"byCountry","user":{"Country":"HU","name":"é€😀"}}';
const NEAR = '{"value":"near","variationId":"v_near"}';

const file = new ConfigFile(SERVED_FLAGS);
const bed = new TestBed({ sdks: { file: { offline: file.offline } } });

/** A question whose body is still to come. */
function begin(headers: readonly string[], over: RawRequest = {}): Promise<RawClient> {
  const path = '/api/file/eval';
  const port = Number(new URL(bed.base).port);
  return RawClient.send(port, { method: 'POST', path, headers, ...over });
}

const length = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}`;

/** Each as a packet of its own, as far as the two kernels go along. */
async function write(client: RawClient, parts: readonly (string | Buffer)[]): Promise<void> {
  client.socket.setNoDelay();
  for (const part of parts) {
    await new Promise<void>((resolve) => client.socket.write(part, () => resolve()));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The status line of the last answer, once all of it came. */
async function statusOf(client: RawClient, end: string): Promise<string | undefined> {
  await client.says(end);
  return client.text.match(/^HTTP\/1\.1 .*$/gm)?.at(-1);
}

describe('a question to eval', () => {
  it('may come byte by byte, which splits characters', async () => {
    const client = await begin([length(QUESTION)]);
    const bytes = Buffer.from(QUESTION);
    await write(
      client,
      Array.from(bytes, (byte) => Buffer.of(byte)),
    );
    expect(await statusOf(client, NEAR)).toBe('HTTP/1.1 200 OK');
  });

  it('may come together with the head', async () => {
    const client = await begin([length(QUESTION)], { more: QUESTION });
    expect(await statusOf(client, NEAR)).toBe('HTTP/1.1 200 OK');
  });

  it('may come in chunks of any size, without a length', async () => {
    const client = await begin(['Transfer-Encoding: chunked']);
    const bytes = Buffer.from(QUESTION);
    const chunks = [bytes.subarray(0, 1), bytes.subarray(1, 50), bytes.subarray(50)];
    await write(
      client,
      chunks.flatMap((chunk) => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n']),
    );
    await write(client, ['0\r\n\r\n']);
    expect(await statusOf(client, NEAR)).toBe('HTTP/1.1 200 OK');
  });

  it('is asked for where the client waits for that', async () => {
    const client = await begin([length(QUESTION), 'Expect: 100-continue']);
    await client.says('HTTP/1.1 100 Continue\r\n\r\n');
    expect(client.text).not.toContain('200 OK');
    await write(client, [QUESTION]);
    expect(await statusOf(client, NEAR)).toBe('HTTP/1.1 200 OK');
  });

  it.each([
    ['of length 0', ['Content-Length: 0'], ''],
    ['of no chunks', ['Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['that there is not', [], ''],
  ])('is no JSON with a body %s', async (_name, headers, more) => {
    const client = await begin(headers, { more });
    expect(await statusOf(client, 'failed to parse JSON body: ')).toBe('HTTP/1.1 400 Bad Request');
  });

  it('may follow another at once, and is answered after it', async () => {
    const other = '{"key":"simple"}';
    const next = `POST /api/file/eval HTTP/1.1\r\nHost: localhost\r\n${length(other)}\r\n\r\n${other}`;
    const client = await begin([length(QUESTION)], { more: QUESTION + next });
    await client.says('v_simple');
    expect(client.text.indexOf('v_near')).toBeLessThan(client.text.indexOf('v_simple'));
  });
});

describe('a body over the cap', () => {
  it('is refused with 413 however it is sent, and the connection ends', async () => {
    const sized = await begin([`Content-Length: ${MAX_BODY_BYTES + 1}`]);
    await write(sized, ['x'.repeat(MAX_BODY_BYTES + 1)]);
    const chunked = await begin(['Transfer-Encoding: chunked']);
    const size = (MAX_BODY_BYTES + 1).toString(16);
    await write(chunked, [`${size}\r\n${'x'.repeat(MAX_BODY_BYTES + 1)}\r\n`]);
    for (const client of [sized, chunked]) {
      await client.says('413 Payload Too Large');
      expect(client.head).toContain('Connection: close');
      await client.closed;
    }
  });

  it('begins a byte after one that is just right', async () => {
    const head = '{"key":"simple","padding":"';
    const body = `${head}${'x'.repeat(MAX_BODY_BYTES - head.length - 2)}"}`;
    const client = await begin([length(body)]);
    await write(client, [body]);
    expect(await statusOf(client, 'v_simple')).toBe('HTTP/1.1 200 OK');
  });
});

describe('a client that goes in the middle of its body', () => {
  it.each(['end', 'reset'] as const)('(%s) leaves nothing behind', async (way) => {
    const clients = await Promise.all(
      Array.from({ length: 50 }, () => begin(['Content-Length: 100'], { more: '{"key":' })),
    );
    for (const client of clients) {
      client[way]();
      if (way === 'reset') await client.closed;
    }
    await eventually(() => Promise.all(clients.map(({ closed }) => closed)));
    expect(await bed.flag('simple', 'ada', 'file')).toBe(true);
  });
});
