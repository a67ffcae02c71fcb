import { RE2JS } from 're2js';
import type { CorsOptions } from '../options/cors.options.js';
import type { HeaderList } from './response.js';

export interface CorsSettings {
  readonly cors: CorsOptions;
  /** Names of the headers that are set on every response of the group. */
  readonly headers: readonly string[];
  /** Names of the headers that a request may need besides the usual ones. */
  readonly requestHeaders: readonly string[];
}

const ALLOWED_HEADERS = [
  'Cache-Control',
  'Content-Type',
  'Content-Length',
  'Accept-Encoding',
  'If-None-Match',
];
const EXPOSED_HEADERS = ['Content-Length', 'ETag', 'Date', 'Content-Encoding'];

/** CORS of one group of routes (contracts/proxy.md, 1). */
export class Cors {
  private readonly patterns: readonly RE2JS[];
  private readonly allowed: string;
  /** What follows the allowed origin, the same on every response. */
  private readonly fixed: HeaderList;

  constructor(private readonly settings: CorsSettings) {
    // A linear-time engine: an origin comes from anybody, and must not hang a pattern.
    this.patterns = settings.cors.allowedOriginsRegex.patterns.map((text) => RE2JS.compile(text));
    this.allowed = [...ALLOWED_HEADERS, ...settings.requestHeaders].join(',');
    const exposed = [...EXPOSED_HEADERS, ...settings.headers].join(',');
    this.fixed = ['Access-Control-Expose-Headers', exposed, 'Vary', 'Origin'];
  }

  /** On every response. */
  headers(origin: string | undefined): HeaderList {
    return ['Access-Control-Allow-Origin', this.allowedOrigin(origin), ...this.fixed];
  }

  /** On the answer to OPTIONS besides. */
  preflightHeaders(method: string): HeaderList {
    return [
      'Access-Control-Allow-Credentials',
      'false',
      'Access-Control-Max-Age',
      '600',
      'Access-Control-Allow-Headers',
      this.allowed,
      'Access-Control-Allow-Methods',
      `${method},OPTIONS`,
    ];
  }

  private allowedOrigin(origin: string | undefined): string {
    const { allowedOrigins, allowedOriginsRegex } = this.settings.cors;
    if (allowedOrigins.length === 0 && this.patterns.length === 0) {
      return origin ?? '*';
    }
    if (origin !== undefined && this.isListed(origin)) {
      return origin;
    }
    const fallback = this.patterns.length > 0 ? allowedOriginsRegex.ifNoMatch : allowedOrigins[0];
    return fallback ?? '';
  }

  private isListed(origin: string): boolean {
    return (
      this.settings.cors.allowedOrigins.includes(origin) ||
      this.patterns.some((pattern) => pattern.matcher(origin).find())
    );
  }
}
