import { isIPv6 } from 'node:net';

/** Addresses to listen on that stand for all of a machine's own, and are none to connect to. */
const ALL_INTERFACES: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

export interface Listening {
  /** Undefined: on all interfaces. */
  readonly host: string | undefined;
  readonly port: number;
  readonly isSecure?: boolean;
}

/** The URL under which this machine reaches a server that listens there. */
export function localUrl({ host, port, isSecure = false }: Listening): string {
  const name = host === undefined || ALL_INTERFACES.has(host) ? '127.0.0.1' : host;
  return `${isSecure ? 'https' : 'http'}://${isIPv6(name) ? `[${name}]` : name}:${port}`;
}
