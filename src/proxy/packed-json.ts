import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { chooseEncoding, type Encoding } from './content-encoding.js';
import { sendJson, type GroupedResponse, type HeaderList } from './response.js';

/** What is smaller fits into one packet as it is. */
const MIN_BYTES = 1024;
/** Past that many at one time bodies go as they are: compressing them has four threads and a queue. */
const MAX_UNDER_WAY = 64;
/** A window of 8 KB makes 3 KB no larger than one of 32 KB does, in half of the time (80 µs). */
const GZIP = { windowBits: 13, memLevel: 6 };
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

const gzipAsync = promisify(gzip);
const brotliAsync = promisify(brotliCompress);

/** By the process, as its threads are. */
let underWay = 0;

/**
 * A text that is JSON already and was made for this request alone: compressed where it is not small
 * and the client accepts that. Not on the event loop, so the answer comes later.
 */
export async function sendPackedJson(
  request: IncomingMessage,
  response: GroupedResponse,
  { json, headers = [] }: { readonly json: string; readonly headers?: HeaderList },
): Promise<void> {
  const varied = [...headers, 'Vary', 'Accept-Encoding'];
  const encoding =
    json.length < MIN_BYTES || underWay >= MAX_UNDER_WAY
      ? undefined
      : chooseEncoding(request.headers['accept-encoding'], ['gzip', 'br']);
  if (encoding === undefined) {
    sendJson(response, json, 200, varied);
    return;
  }
  const body = await packed(json, encoding);
  sendJson(response, body, 200, [...varied, 'Content-Encoding', encoding]);
}

async function packed(json: string, encoding: Encoding): Promise<Buffer> {
  underWay += 1;
  try {
    return await (encoding === 'gzip' ? gzipAsync(json, GZIP) : brotliAsync(json, BROTLI));
  } finally {
    underWay -= 1;
  }
}
