import { Controller, Get, Param, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { SdkConfig } from '../configs/sdk-config.js';
import type { ServedConfig } from '../configs/served-config.js';
import { configBody, type ConfigBody } from './config-body.js';
import { isKnown } from './etag.js';
import { LookupFailure } from './lookup-failure.js';
import { NotThroughExpress } from './not-through-express.js';
import { Describe } from './openapi/describe.js';
import { CONFIG } from './openapi/other-routes.js';
import { send, type GroupedResponse, type HeaderList } from './response.js';
import { SdkLookup } from './sdk-lookup.js';
import type { SdkName } from './sdk-name.js';

const BY_ID = 'configcat-proxy/';
const SUFFIX = '/config_v6.json';
const SHARED = ['Cache-Control', 'max-age=0, must-revalidate', 'Vary', 'Accept-Encoding', 'ETag'];
const JSON_TYPE = ['Content-Type', 'application/json'];

/** The config JSON as ConfigCat's CDN serves it. */
@Controller('configuration-files')
@UseGuards(NotThroughExpress)
export class CdnController {
  /** Of each version in each encoding, made once. */
  private readonly headers = new WeakMap<Buffer, HeaderList>();

  constructor(private readonly sdks: SdkLookup) {}

  @Get('*path')
  @Describe(CONFIG)
  get(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('path') path: string,
  ): void | Promise<void> {
    const name = nameIn(path);
    const found = name === undefined ? LookupFailure.unknown : this.sdks.find(name);
    if (found instanceof Promise) return found.then((sdk) => this.answer(request, response, sdk));
    // At once: a promise for nothing costs 0.2 µs, of some 12.
    this.answer(request, response, found);
  }

  private answer(
    request: IncomingMessage,
    response: GroupedResponse,
    sdk: SdkConfig | LookupFailure,
  ): void {
    const served = sdk instanceof LookupFailure ? sdk : (sdk.served ?? LookupFailure.invalidState);
    if (served instanceof LookupFailure) {
      served.send(response);
      return;
    }
    if (isKnown(conditionOf(request), served.etag)) {
      send(response, 304, [...SHARED, served.etag]);
      return;
    }
    const body = configBody(served, request.headers['accept-encoding']);
    send(response, 200, this.headersOf(served, body), body.bytes);
  }

  private headersOf({ etag }: ServedConfig, { encoding, bytes }: ConfigBody): HeaderList {
    let headers = this.headers.get(bytes);
    if (headers === undefined) {
      const encoded = encoding === undefined ? [] : ['Content-Encoding', encoding];
      const length = ['Content-Length', String(bytes.length)];
      headers = [...SHARED, etag, ...JSON_TYPE, ...encoded, ...length];
      this.headers.set(bytes, headers);
    }
    return headers;
  }
}

/**
 * What is no `configcat-proxy/<id>` is a key, which holds slashes. Undefined: it names nothing, which
 * is no bad request here, but an SDK that nobody has.
 */
function nameIn(path: string): SdkName | undefined {
  const text = path.endsWith(SUFFIX) ? path.slice(0, -SUFFIX.length) : path;
  const missing = LookupFailure.unknown.message;
  const isId = text.startsWith(BY_ID);
  const name = isId ? text.slice(BY_ID.length) : text;
  if (name === '') return undefined;
  return isId ? { id: name, missing } : { key: name, missing };
}

/** Browsers' SDKs can't set the header, so they send the query; an empty header is none. */
function conditionOf(request: IncomingMessage): string | undefined {
  const header = request.headers['if-none-match'];
  if (header) return header;
  const [, query] = (request.url ?? '').split('?', 2);
  return query === undefined ? undefined : (new URLSearchParams(query).get('ccetag') ?? undefined);
}
