import { once } from 'node:events';
import { createServer } from 'node:net';
import { ListenError } from '../proxy/servers.js';

/**
 * A port that nobody listens on now: workers that start one after the other all need the same.
 * @throws ListenError
 */
export async function freePort(host: string | undefined): Promise<number> {
  const server = createServer().listen({ port: 0, ...(host !== undefined && { host }) });
  await once(server, 'listening').catch((cause: Error) => {
    throw new ListenError(`Can't listen on ${host ?? '*'} (${cause.message}).`, { cause });
  });
  const address = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  return typeof address === 'object' && address !== null ? address.port : 0;
}
