import { isIPv6 } from 'node:net';

/** Addresses to listen on that stand for all of a machine's own, and are none to connect to. */
const ALL_INTERFACES: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

/** The URL under which this machine reaches a server that listens there; undefined: on all interfaces. */
export function localUrl(host: string | undefined, port: number): string {
  const name = host === undefined || ALL_INTERFACES.has(host) ? '127.0.0.1' : host;
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`;
}
