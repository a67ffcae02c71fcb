import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendInvalidState, type SdkLookup } from './sdk-lookup.js';

const CACHE_CONTROL = 'max-age=0, must-revalidate';

/** The config JSON as ConfigCat's CDN serves it. */
export class Cdn {
  constructor(private readonly sdks: SdkLookup) {}

  async get(request: IncomingMessage, response: ServerResponse, sdkId: string): Promise<void> {
    const sdk = await this.sdks.find(sdkId, response);
    if (sdk === undefined) {
      return;
    }
    const served = sdk.served;
    if (served === undefined) {
      sendInvalidState(response);
      return;
    }
    if (isKnown(conditionOf(request), served.etag)) {
      response.writeHead(304, ['Cache-Control', CACHE_CONTROL, 'ETag', served.etag]);
      response.end();
      return;
    }
    response.writeHead(200, [
      'Cache-Control',
      CACHE_CONTROL,
      'ETag',
      served.etag,
      'Content-Type',
      'application/json',
      'Content-Length',
      String(served.body.length),
    ]);
    response.end(request.method === 'HEAD' ? undefined : served.body);
  }
}

/** Browsers' SDKs can't set the header, so they send the query. */
function conditionOf(request: IncomingMessage): string | undefined {
  const header = request.headers['if-none-match'];
  if (header !== undefined) return header;
  const [, query = ''] = (request.url ?? '').split('?', 2);
  return new URLSearchParams(query).get('ccetag') ?? undefined;
}

function isKnown(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false;
  if (condition === etag) return true;
  const tags = condition.split(',').map(opaque);
  return tags.includes('*') || tags.includes(opaque(etag));
}

/** Weak and strong are one here: an equal tag means equal bytes. */
function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
