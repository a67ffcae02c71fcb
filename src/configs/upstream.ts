import { create, type AxiosInstance, type AxiosResponse } from 'axios';
import type { Agent } from 'node:http';
import { MAX_CONFIG_BYTES } from '../evaluation/config.js';
import { configText, readBaseConfig, type BaseConfig } from './base-config.js';
import { keptConnections } from './proxy-agents.js';
import { UpstreamAddress, type UpstreamAddressOptions } from './upstream-address.js';
import { unanswered, unexpectedStatus, unknownEncoding, UpstreamError } from './upstream.error.js';

/** Of one refresh, as in ConfigCat's SDKs: the first request and two that its answers lead to. */
const MAX_REQUESTS = 3;
/** For all requests of one refresh, to the last byte. */
const TIMEOUT_MS = 15_000;

export interface UpstreamOptions extends UpstreamAddressOptions {
  readonly key: string;
  /** With user and password, where it needs them. */
  readonly proxyUrl: string | undefined;
  readonly timeout?: number;
}

export type UpstreamAnswer =
  { readonly kind: 'unchanged' } | { readonly kind: 'config'; readonly base: BaseConfig };

/** ConfigCat's CDN, or another server in its place, for one SDK key. */
export class Upstream {
  private readonly address: UpstreamAddress;
  private readonly client: AxiosInstance;
  private readonly agents: readonly Agent[];

  constructor(private readonly options: UpstreamOptions) {
    this.address = new UpstreamAddress(options);
    const { httpAgent, httpsAgent } = keptConnections(options.proxyUrl);
    this.agents = [httpAgent, httpsAgent];
    this.client = create({
      adapter: 'http',
      httpAgent,
      httpsAgent,
      // The agents go through http_proxy.url; a proxy of the environment is none of the options.
      proxy: false,
      // ConfigCat's SDKs follow none either.
      maxRedirects: 0,
      responseType: 'arraybuffer',
      // Of the inflated body.
      maxContentLength: MAX_CONFIG_BYTES,
      validateStatus: null,
      transformResponse: [],
      headers: { accept: 'application/json', 'user-agent': 'audience-sync' },
    });
  }

  /**
   * The config, unless the source says that it is the one of this ETag.
   * @throws UpstreamError, InvalidConfigError
   */
  async fetch(etag: string | undefined, signal: AbortSignal): Promise<UpstreamAnswer> {
    const deadline = new AbortController();
    const abort = (): void => deadline.abort();
    const timer = setTimeout(abort, this.options.timeout ?? TIMEOUT_MS);
    signal.addEventListener('abort', abort);
    try {
      return await this.follow(etag, deadline.signal);
    } catch (error) {
      this.address.reset();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the connections. */
  close(): void {
    this.agents.forEach((agent) => agent.destroy());
  }

  private async follow(etag: string | undefined, signal: AbortSignal): Promise<UpstreamAnswer> {
    for (let request = 1; request <= MAX_REQUESTS; request += 1) {
      const { status, headers, data } = await this.request(etag, signal);
      if (status === 304 && etag !== undefined) {
        return { kind: 'unchanged' };
      }
      const bytes = bytesOf(data);
      if (!brings(status, bytes)) throw unexpectedStatus(status);
      const encoding = textOf(headers['content-encoding']).toLowerCase();
      // Of those that were read axios takes the header away.
      if (encoding !== '' && encoding !== 'identity') throw unknownEncoding(encoding);
      const base = readBaseConfig(configText(bytes), textOf(headers['etag']) || undefined);
      if (!this.address.follow(base.config)) {
        return { kind: 'config', base };
      }
    }
    throw new UpstreamError(
      `The config leads from one address to the next: ${MAX_REQUESTS} were asked, and no more are.`,
    );
  }

  private async request(
    etag: string | undefined,
    signal: AbortSignal,
  ): Promise<AxiosResponse<unknown>> {
    try {
      return await this.client.get<unknown>(this.address.urlOf(this.options.key), {
        signal,
        headers: etag === undefined ? {} : { 'if-none-match': etag },
      });
    } catch (error) {
      throw unanswered(error, signal.aborted);
    }
  }
}

function bytesOf(data: unknown): Uint8Array {
  return data instanceof Uint8Array ? data : new Uint8Array();
}

/** Any success with a body, as ConfigCat's SDKs take it; of 200 even that there is none is told as what it is. */
function brings(status: number, bytes: Uint8Array): boolean {
  return status === 200 || (status > 200 && status < 300 && bytes.length > 0);
}

function textOf(header: unknown): string {
  return typeof header === 'string' ? header.trim() : '';
}
