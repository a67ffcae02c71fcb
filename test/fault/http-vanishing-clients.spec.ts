import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { identify } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { TOKEN } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';

const bed = new TestBed({ diag: { port: 0 }, log: { level: 'warn' } });

/** Sends the head and a piece of the body, and goes. */
async function vanish(path: string, headers = ''): Promise<void> {
  const socket = connect(Number(new URL(bed.base).port), '127.0.0.1');
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: a\r\n${headers}Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n`,
  );
  // The server says that it got the head.
  await once(socket, 'data');
  socket.write('{"key":');
  socket.resetAndDestroy();
}

async function count(route: string, status: number): Promise<number> {
  const { text } = await request(`${bed.diagnostics}/metrics`);
  const line = text
    .split('\n')
    .find(
      (one) =>
        one.startsWith('configcat_http_server_request_duration_seconds_count') &&
        one.includes(`http_route="${route}"`) &&
        one.includes(`http_response_status_code="${status}"`),
    );
  return Number(line?.slice(line.lastIndexOf(' ')) ?? 0);
}

describe('a client that closes in the middle of its body', () => {
  const written: string[] = [];
  beforeEach(() => {
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        written.push(String(chunk));
        return true;
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
    written.length = 0;
  });

  it.each([
    ['/api/default/eval', '/api/{sdkId}/eval', ''],
    ['/api/default/eval-all', '/api/{sdkId}/eval-all', ''],
    ['/ofrep/v1/evaluate/flags', '/ofrep/v1/evaluate/flags', 'X-ConfigCat-SdkId: default\r\n'],
    [
      '/engage/dest/events',
      '/engage/{destination}/events',
      `Authorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\n`,
    ],
  ])('%s is counted as gone, and no error of the service', async (path, route, headers) => {
    for (let client = 0; client < 5; client += 1) await vanish(path, headers);
    await eventually(async () => expect(await count(route, 499)).toBe(5));
    expect(await count(route, 500)).toBe(0);
    expect(written.filter((line) => line.includes('ERROR'))).toEqual([]);
    expect((await bed.send(identify())).status).toBe(200);
  });
});
