import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { byId, segment } from '../../test/support/definitions.js';
import { eventually } from '../../test/support/eventually.js';
import { RawClient } from '../../test/support/raw-client.js';
import type { FeedListener } from '../audiences/feed.js';
import type { NewRejections } from '../engage/rejected-event-watch.js';
import { HttpServer } from '../proxy/servers.js';
import type { Definitions } from '../segments/definitions.js';
import { AdminEvents } from './events.js';

const withVersion = (version: number): Definitions => ({
  audiences: byId(),
  segments: [segment(1, { version })],
  salt: '',
});

describe('telling what happens', () => {
  let feed: FeedListener;
  let define: (definitions: Definitions) => void;
  let rejections: NewRejections[];
  let looks: number;
  let forgotten: number;
  let isDatabaseAway: boolean;
  let errors: unknown[];
  let events: AdminEvents;
  let responses: ServerResponse[];
  let server: HttpServer;
  let port: number;

  beforeEach(async () => {
    rejections = [];
    looks = 0;
    forgotten = 0;
    isDatabaseAway = false;
    errors = [];
    events = new AdminEvents({
      feed: { listen: (listener) => (feed = listener) },
      definitions: { onChange: (listener) => (define = listener) },
      configs: { all: [] },
      rejections: {
        look: () => {
          looks += 1;
          if (isDatabaseAway) return Promise.reject(new Error('away'));
          return Promise.resolve(rejections.splice(0));
        },
        forget: () => {
          forgotten += 1;
          rejections = [];
        },
      },
      name: 'me',
      onError: (error) => errors.push(error),
      now: () => new Date(0),
    });
    responses = [];
    const listener = (_request: unknown, response: ServerResponse): void => {
      responses.push(response);
      void events.open(response);
    };
    server = new HttpServer(listener, (error) => errors.push(error));
    port = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await events.stop();
    await server.close();
  });

  async function listen(): Promise<RawClient> {
    const client = await RawClient.send(port);
    await client.says('retry: 3000');
    return client;
  }

  /** So many members of an audience entered. */
  function enter(audienceId: number, count: number): void {
    feed.changed([
      {
        id: 1,
        audienceId,
        memberKeys: Array.from({ length: count }, () => 'ada'),
        isMembers: Array.from({ length: count }, () => true),
      },
    ]);
  }

  it('tells of an audience once in a while, in sum', async () => {
    const client = await listen();
    for (let times = 0; times < 10; times += 1) enter(7, 5);
    enter(8, 1);
    await client.says('"audienceId":"8"');
    const time = '1970-01-01T00:00:00.000Z';
    expect(client.content.replaceAll(':\n\n', '')).toBe(
      'retry: 3000\n\n' +
        `id: me-1\nevent: audience\ndata: {"audienceId":"7","entered":50,"left":0,"at":"${time}"}\n\n` +
        `id: me-2\nevent: audience\ndata: {"audienceId":"8","entered":1,"left":0,"at":"${time}"}\n\n`,
    );
  });

  it('says nothing of definitions that were read again and are the same', async () => {
    const client = await listen();
    define(withVersion(1));
    define(withVersion(1));
    define(withVersion(2));
    await client.says('event: definitions');
    feed.replaced(7);
    await client.says('event: audience-replaced');
    expect(client.content.match(/event: definitions/g)).toHaveLength(1);
  });

  it('asks PostgreSQL only while somebody listens, and tells nobody of what came before', async () => {
    rejections.push({ destination: 'dest', reason: 'before', count: 1 });
    expect(looks).toBe(0);
    const first = await listen();
    expect({ forgotten, isAsked: looks > 0 }).toEqual({ forgotten: 1, isAsked: true });
    rejections.push({ destination: 'dest', reason: 'during', count: 2 });
    await first.says('"reason":"during"');
    await listen();
    expect(forgotten).toBe(1);
    expect(first.content).not.toContain('before');
  });

  it('goes on without PostgreSQL', async () => {
    isDatabaseAway = true;
    const client = await listen();
    enter(7, 1);
    await client.says('"entered":1');
    expect(errors).not.toEqual([]);
    isDatabaseAway = false;
    rejections.push({ destination: 'dest', reason: 'later', count: 1 });
    await client.says('"reason":"later"');
  });

  it('drops a listener who does not read, and nobody else', async () => {
    const lazy = await listen();
    const eager = await listen();
    lazy.socket.pause();
    while (responses[0]?.destroyed === false) {
      for (let times = 0; times < 500; times += 1) feed.replaced(7);
      // The eager one reads.
      await turn();
    }
    feed.replaced(8);
    await eager.says('{"audienceId":"8"');
    expect(responses[1]?.destroyed).toBe(false);
  });

  it('ends every stream at once when it stops, also of those who come then', async () => {
    const client = await listen();
    await events.stop();
    await client.closed;
    const late = await RawClient.send(port);
    await late.closed;
    expect(late.content).toBe('retry: 3000\n\n');
    await events.stop();
  });

  it('ends the stream of one who does not read as well', async () => {
    const lazy = await listen();
    lazy.socket.pause();
    while ((responses[0]?.writableLength ?? 0) < 500_000) {
      for (let times = 0; times < 500; times += 1) feed.replaced(7);
      await turn();
    }
    expect(responses[0]?.destroyed).toBe(false);
    await events.stop();
    await server.close();
    await eventually(() => expect(server.busyConnections).toBe(0));
  });
});
