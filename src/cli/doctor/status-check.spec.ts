import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { checkStatus } from './status-check.js';

let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

async function serve(status: object | string): Promise<string> {
  const text = typeof status === 'string' ? status : JSON.stringify(status);
  const server = createServer((_request, response) => response.end(text)).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const HEALTHY = { status: 'healthy' };

describe('what the service tells of itself', () => {
  it('is one line where all is well', async () => {
    const base = await serve({ ...HEALTHY, database: HEALTHY, feed: HEALTHY, engage: HEALTHY });
    expect(await checkStatus([base])).toEqual([
      { level: 'OK', about: 'status', says: 'the service calls itself healthy' },
    ]);
  });

  it('is a line for each part that is not well, with what to do', async () => {
    const base = await serve({
      status: 'degraded',
      database: { status: 'down' },
      feed: { status: 'initializing' },
      engage: { status: 'healthy', quietAudiences: 2 },
      segments: { warnings: ['Segment A is long.'] },
    });
    const found = await checkStatus([base]);
    expect(found.map(({ level, about, says }) => `${level} ${about}: ${says}`)).toEqual([
      'WARN status: the service calls itself degraded',
      'FAIL database: it is down',
      'WARN feed: it is initializing',
      'WARN segments: Segment A is long.',
      'WARN audiences: 2 had no event for long',
    ]);
    expect(found.filter(({ advice }) => advice === undefined)).toEqual([]);
  });

  it('is taken where it is told first', async () => {
    const places = [await serve('<html>'), await serve(HEALTHY), await serve({ status: 'down' })];
    expect(await checkStatus(places)).toMatchObject([{ level: 'OK' }]);
  });

  it('is missed where nothing tells it', async () => {
    const page = await serve('<html>');
    expect(await checkStatus([page, 'http://127.0.0.1:9'])).toMatchObject([
      { level: 'WARN', says: expect.stringContaining(`${page}/status and `) },
    ]);
  });
});
