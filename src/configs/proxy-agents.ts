import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Connections that are kept for the next request, by scheme. */
export interface KeptConnections {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpAgent;
}

/** Through a proxy, or directly where there is none. `proxyUrl`: with user and password, where it needs them. */
export function keptConnections(proxyUrl: string | undefined): KeptConnections {
  const options = { keepAlive: true };
  return proxyUrl === undefined
    ? { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) }
    : {
        httpAgent: new HttpProxyAgent(proxyUrl, options),
        httpsAgent: new HttpsProxyAgent(proxyUrl, options),
      };
}
