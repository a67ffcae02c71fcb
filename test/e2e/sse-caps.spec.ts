import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { RawClient } from '../support/raw-client.js';
import { RawStream } from '../support/raw-stream.js';
import { TestBed } from '../support/test-bed.js';

const bed = new TestBed({
  http: {
    port: 0,
    host: '127.0.0.1',
    sse: { max_connections: 3, max_connections_per_ip: 2 },
  },
});

describe('the caps of streams', () => {
  it('refuse what goes past them, by address and in all, until a stream has ended', async () => {
    const first = await open('127.0.0.2');
    await begins(first, 200);
    await begins(await open('127.0.0.2'), 200);
    const third = await open('127.0.0.2');
    await begins(third, 503);
    expect(third.client.head).toMatch(/\r\nRetry-After: \d+\r\n/);
    expect(third.client.head).toMatch(/\r\nAccess-Control-Allow-Origin: \*\r\n/);
    await eventually(() => expect(third.client.body).toBe('too many open streams\n'));

    await begins(await open('127.0.0.3'), 200);
    await begins(await open('127.0.0.4'), 503);
    first.client.end();
    await eventually(async () => begins(await open('127.0.0.4'), 200));
  });

  it('count a connection once, whatever it sends behind its request, and it has its value', async () => {
    const path = '/sse/default/eval-all';
    const behind = [path, '/api/default/keys', path].map(
      (target) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    const greedy = await RawClient.send(Number(new URL(bed.base).port), {
      path,
      from: '127.0.0.5',
      more: behind.join('').repeat(20),
    });
    await greedy.says('data: {');
    await begins(await open('127.0.0.5'), 200);
    expect(greedy.socket.destroyed).toBe(false);
    expect(greedy.text.split('HTTP/1.1')).toHaveLength(2);
  });
});

function open(from: string): Promise<RawStream> {
  return RawStream.open(bed.base, { from });
}

function begins(stream: RawStream, status: number): Promise<void> {
  return eventually(() => {
    expect(stream.client.head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
}
