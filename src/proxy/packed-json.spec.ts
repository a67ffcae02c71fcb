import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendPackedJson } from './packed-json.js';

const JSON_TEXT = JSON.stringify({ text: 'ab€'.repeat(1_000) });
/** More than are compressed at one time. */
const MANY = 80;

interface Answer {
  readonly encoding: string | undefined;
  readonly bytes: Buffer;
}

describe('many large answers at one time', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    const waiting: (() => void)[] = [];
    server = createServer((asked, response) => {
      waiting.push(() => void sendPackedJson(asked, response, { json: JSON_TEXT }));
      // None is begun before all have come.
      if (waiting.length === MANY) waiting.forEach((answer) => answer());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function ask(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { 'accept-encoding': 'gzip' };
      const options = { port, host: '127.0.0.1', agent: false, headers };
      request(options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const encoding = answer.headers['content-encoding'];
          resolve({ encoding, bytes: Buffer.concat(chunks) });
        });
      })
        .on('error', reject)
        .end();
    });
  }

  it('are compressed up to a bound, and sent as they are beyond it', async () => {
    const answers = await Promise.all(Array.from({ length: MANY }, ask));
    const packed = answers.filter(({ encoding }) => encoding === 'gzip');
    const plain = answers.filter(({ encoding }) => encoding === undefined);
    expect([packed.length, plain.length]).toEqual([64, 16]);
    for (const { bytes } of packed) expect(gunzipSync(bytes).toString()).toBe(JSON_TEXT);
    for (const { bytes } of plain) expect(bytes.toString()).toBe(JSON_TEXT);
  });
});
