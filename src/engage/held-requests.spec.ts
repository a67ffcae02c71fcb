import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { DeadlineError, QueueFullError } from './engage.errors.js';
import { HeldRequests, type Caller } from './held-requests.js';

const MAX_BODY = 1_000;

/** A request as Node hands it in; its body comes with `push`. */
function incoming(headers: Readonly<Record<string, string>> = {}): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { headers });
}

function whole(body: Uint8Array, headers: Readonly<Record<string, string>> = {}): IncomingMessage {
  const request = incoming({ 'content-length': String(body.length), ...headers });
  request.push(body);
  request.push(null);
  return request;
}

/** Work that ends when the test says so. */
class Work {
  end: () => void = () => {};
  fail: (error: Error) => void = () => {};
  readonly done = new Promise<void>((resolve, reject) => {
    this.end = resolve;
    this.fail = reject;
  });
}

describe('what requests hold in memory', () => {
  const onLateError = vi.fn<(error: unknown) => void>();
  let now: number;
  let requests: HeldRequests;

  beforeEach(() => {
    now = 0;
    onLateError.mockClear();
    requests = new HeldRequests({ maxBodySize: MAX_BODY, bytes: 8_000 }, onLateError, () => now);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const take = (request: IncomingMessage, caller: Caller = 'known') =>
    requests.take(request, caller, ({ bytes }) => Promise.resolve(bytes.toString()));
  /** So many requests that stopped in the middle of their bodies. */
  const stopped = async (count: number, bytes: number, caller: Caller = 'known') => {
    const before = requests.held.bytes;
    const all = Array.from({ length: count }, () => {
      const request = incoming();
      request.push(Buffer.alloc(bytes));
      return { request, taken: take(request, caller).catch((error: unknown) => error) };
    });
    await eventually(() => expect(requests.held.bytes).toBe(before + count * bytes));
    return all;
  };

  it('is counted from the first byte to the end of the work, and given back then', async () => {
    const request = incoming();
    const work = new Work();
    const taken = requests.take(request, 'known', async ({ bytes }) => {
      await work.done;
      return bytes.toString();
    });
    expect(requests.held).toEqual({ count: 1, bytes: 0 });
    request.push('ab');
    await eventually(() => expect(requests.held).toEqual({ count: 1, bytes: 2 }));
    request.push('cd');
    request.push(null);
    await eventually(() => expect(requests.held).toEqual({ count: 1, bytes: 4 }));
    work.end();
    expect(await taken).toBe('abcd');
    expect(requests.held).toEqual({ count: 0, bytes: 0 });
  });

  it('is counted on after the answer, while the work goes on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const work = new Work();
    const taken = requests
      .take(whole(Buffer.from('abc')), 'known', () => work.done)
      .catch((error: unknown) => error);
    await vi.waitUntil(() => vi.getTimerCount() === 1);
    vi.advanceTimersByTime(4_000);
    expect(await taken).toBeInstanceOf(DeadlineError);
    expect(requests.held).toEqual({ count: 1, bytes: 3 });
    const late = new Error('late');
    work.fail(late);
    await vi.waitUntil(() => requests.held.count === 0);
    expect(requests.held.bytes).toBe(0);
    expect(onLateError).toHaveBeenCalledExactlyOnceWith(late);
  });

  it('is given back when the work throws, and when the client leaves in the middle', async () => {
    const throwing = requests.take(whole(Buffer.from('abc')), 'known', () => {
      throw new Error('no');
    });
    await expect(throwing).rejects.toThrow('no');
    const [left] = await stopped(1, 10);
    left?.request.destroy();
    expect(await left?.taken).toMatchObject({ statusCode: 400 });
    expect(requests.held).toEqual({ count: 0, bytes: 0 });
  });

  it('is bounded: what announces too much is refused unread, what grows past it in the middle', async () => {
    await stopped(8, 990);
    const announced = incoming({ 'content-length': '100' });
    await expect(take(announced)).rejects.toThrow(QueueFullError);
    const growing = incoming();
    growing.push(Buffer.alloc(81));
    await expect(take(growing)).rejects.toThrow(QueueFullError);
    expect(await take(whole(Buffer.alloc(80, 'x')))).toHaveLength(80);
    expect(requests.held).toEqual({ count: 8, bytes: 7_920 });
  });

  it('is counted inflated', async () => {
    await stopped(8, 990);
    const zipped = whole(gzipSync(Buffer.alloc(500)), { 'content-encoding': 'gzip' });
    await expect(take(zipped)).rejects.toThrow(QueueFullError);
    expect(requests.held).toEqual({ count: 8, bytes: 7_920 });
  });

  it('is a quarter at most for callers that are unknown, and the others go on', async () => {
    await stopped(2, 990, 'unknown');
    await expect(take(whole(Buffer.alloc(100)), 'unknown')).rejects.toThrow(QueueFullError);
    expect(await take(whole(Buffer.alloc(100, 'x')))).toHaveLength(100);
  });

  it('is no part of that quarter once the caller is known', async () => {
    const proven = requests.take(whole(Buffer.alloc(990)), 'unknown', ({ prove }) => {
      prove();
      return new Promise(() => {});
    });
    proven.catch(() => {});
    await eventually(() => expect(requests.held.bytes).toBe(990));
    await stopped(2, 990, 'unknown');
    expect(requests.held).toEqual({ count: 3, bytes: 2_970 });
  });

  it('may always be one body of the largest size, however little may wait', async () => {
    requests = new HeldRequests({ maxBodySize: MAX_BODY, bytes: 1 }, onLateError, () => now);
    expect(await take(whole(Buffer.alloc(MAX_BODY, 'x')), 'unknown')).toHaveLength(MAX_BODY);
  });

  it('is told of for ten seconds when something was refused for it', async () => {
    expect(requests.hasRefusedLately).toBe(false);
    const late = requests.take(whole(Buffer.from('x')), 'known', () =>
      Promise.reject(new QueueFullError('full')),
    );
    await expect(late).rejects.toThrow(QueueFullError);
    now = 9_999;
    expect(requests.hasRefusedLately).toBe(true);
    now = 10_000;
    expect(requests.hasRefusedLately).toBe(false);
  });
});
