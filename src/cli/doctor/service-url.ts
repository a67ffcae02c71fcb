import { isIPv6 } from 'node:net';
import type { Options } from '../../options/options.js';

/** Addresses to listen on that are none to connect to. */
const ALL_INTERFACES: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

/** Where the options have the main server on this machine; undefined: on any free port. */
export function serviceUrl({ http, tls }: Options): string | undefined {
  return urlOf(http.host, http.port, tls.enabled);
}

/** The same of the diagnostics server, which may be off. */
export function diagnosticsUrl({ diag }: Options): string | undefined {
  return diag.enabled && diag.status.enabled ? urlOf(diag.host, diag.port, false) : undefined;
}

function urlOf(host = '', port: number, isSecure: boolean): string | undefined {
  if (port === 0) return undefined;
  const name = ALL_INTERFACES.has(host) ? '127.0.0.1' : host;
  return `${isSecure ? 'https' : 'http'}://${isIPv6(name) ? `[${name}]` : name}:${port}`;
}
