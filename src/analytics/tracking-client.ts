import { Analytics } from '@segment/analytics-node';
import { create, isAxiosError, type AxiosInstance } from 'axios';
import type { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { keptConnections } from '../configs/proxy-agents.js';
import type { TrackEvent } from './track-event.js';

/** Contract: how Segment knows events of ConfigCat's flags. */
const INTEGRATION = { name: 'configcat', version: '1.0.0' };
const TIMEOUT_MS = 10_000;
/** An answer of Segment is a few words. */
const MAX_ANSWER_BYTES = 65_536;
/** A request ends long before; only a batch that the package mislaid takes so long. */
const LOST_MS = 30_000;
/** The package shall send when it is told to, and neither before nor by a count. */
const NEVER_MS = 2 ** 31 - 1;
const NO_COUNT = 1_000_000;
/** Of an error, whose text may be a library's. */
const MAX_REASON = 200;
/** It would be wrong the next time as well. */
const REFUSED: ReadonlySet<number> = new Set([400, 413]);

/** What became of a request. */
export type Delivery =
  | { readonly kind: 'sent' }
  /** Segment will never take it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not now; `retryAfter`: the milliseconds that Segment asks to wait. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfter?: number };

export interface TrackingClientOptions {
  readonly writeKey: string;
  /** Of the Tracking API; undefined: Segment's. */
  readonly host: string | undefined;
  readonly proxyUrl: string | undefined;
  /** Milliseconds for one request. */
  readonly timeout?: number;
}

/**
 * Segment's own package for Node, of which only the wire is left: it would hold any number of
 * batches in memory while it tries each again. Here a call is one request, and its caller knows what
 * became of it.
 */
export class TrackingClient {
  private readonly analytics: Analytics;
  private readonly http: AxiosInstance;
  private readonly agents: readonly Agent[];
  private readonly abort = new AbortController();
  private delivery: Delivery | undefined;

  constructor({ writeKey, host, proxyUrl, timeout = TIMEOUT_MS }: TrackingClientOptions) {
    const { httpAgent, httpsAgent } = keptConnections(proxyUrl);
    this.agents = [httpAgent, httpsAgent];
    this.http = create({
      adapter: 'http',
      httpAgent,
      httpsAgent,
      proxy: false,
      maxRedirects: 0,
      responseType: 'stream',
      decompress: false,
      validateStatus: null,
      timeout,
    });
    this.analytics = new Analytics({
      writeKey,
      ...(host !== undefined && { host }),
      flushAt: NO_COUNT,
      flushInterval: NEVER_MS,
      maxRetries: 0,
      maxRateLimitDuration: 0,
      httpClient: {
        makeRequest: ({ url, headers, body }) => this.post(url, headers, body),
      },
    });
  }

  /** To the next request, which may have 500 KB. */
  add({ event, identity, messageId, at, properties }: TrackEvent): void {
    const timestamp = new Date(at);
    const context = { integration: INTEGRATION };
    this.analytics.track({ event, ...identity, messageId, timestamp, context, properties });
  }

  /** One request for what was added, at least one event. One call after the other. Never rejects. */
  async send(): Promise<Delivery> {
    this.delivery = undefined;
    await this.analytics.flush({ timeout: LOST_MS });
    return this.delivery ?? { kind: 'failed', reason: 'it was not sent' };
  }

  /** Ends the request that is under way, if one is, and all connections. For ever. */
  close(): void {
    this.abort.abort();
    this.agents.forEach((agent) => agent.destroy());
  }

  private async post(
    url: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<{ readonly status: number; readonly statusText: string }> {
    const { signal } = this.abort;
    try {
      const answer = await this.http.post<unknown>(url, body, { headers, signal });
      passOver(answer.data);
      this.delivery = deliveryOf(answer.status, answer.headers['retry-after']);
      return { status: answer.status, statusText: answer.statusText };
    } catch (error) {
      this.delivery = { kind: 'failed', reason: reasonOf(error) };
      throw error;
    }
  }
}

function deliveryOf(status: number, retryAfter: unknown): Delivery {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const reason = `Segment answered ${status}`;
  if (REFUSED.has(status)) return { kind: 'refused', reason };
  const wait = waitOf(retryAfter);
  return { kind: 'failed', reason, ...(wait !== undefined && { retryAfter: wait }) };
}

/** The status is all there is to know; a short body is read, so that the connection is kept. */
function passOver(body: unknown): void {
  if (!(body instanceof Readable)) return;
  let bytes = 0;
  body.on('error', () => {});
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) body.destroy();
  });
  setTimeout(() => body.destroy(), TIMEOUT_MS).unref();
}

/** Of the header, which has seconds or a date. */
function waitOf(retryAfter: unknown): number | undefined {
  if (typeof retryAfter !== 'string' || retryAfter.trim() === '') return undefined;
  const seconds = Number(retryAfter);
  const wait = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1_000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** Without the request, which holds users and the write key. */
function reasonOf(error: unknown): string {
  const code = isAxiosError(error) ? error.code : undefined;
  if (code === 'ERR_CANCELED') return 'it was given up at the stop';
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const message = line.slice(0, MAX_REASON);
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
