import { ServerResponse, type IncomingMessage } from 'node:http';
import { overlaid, type HeaderList } from './header-list.js';

export type { HeaderList } from './header-list.js';

/** A response that carries what its group of routes sets on every answer: CORS and extra headers. */
export interface GroupedResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  groupHeaders?: HeaderList;
  /** Whether the options set some of them, so that an answer may set the same again. */
  hasExtraHeaders?: boolean;
}

/** With its place from the start: to add it later costs 0.3 µs, of some 12 a request. */
export class ProxyResponse<Request extends IncomingMessage = IncomingMessage>
  extends ServerResponse<Request>
  implements GroupedResponse<Request>
{
  groupHeaders: HeaderList = [];
  hasExtraHeaders = false;
}

/** All headers of an answer: those of its group, and its own over them. */
export function allHeaders(
  { groupHeaders = [], hasExtraHeaders }: GroupedResponse,
  own: HeaderList,
): string[] {
  return hasExtraHeaders ? [...overlaid(groupHeaders, own)] : [...groupHeaders, ...own];
}

/**
 * Answers at once and whole. One `writeHead` with a flat list costs half of what setting header by
 * header does. Node leaves the body away where the request was HEAD.
 */
export function send(
  response: GroupedResponse,
  status: number,
  headers: HeaderList,
  body?: string | Buffer,
): void {
  response.writeHead(status, allHeaders(response, headers));
  response.end(body);
}

/** A plain-text answer as the ConfigCat Proxy words it: the message and one line end. */
export function sendText(
  response: GroupedResponse,
  status: number,
  message: string,
  headers: HeaderList = [],
): void {
  const body = `${message}\n`;
  send(
    response,
    status,
    [
      ...headers,
      'Content-Type',
      'text/plain; charset=utf-8',
      'X-Content-Type-Options',
      'nosniff',
      'Content-Length',
      String(Buffer.byteLength(body)),
    ],
    body,
  );
}

/** An answer without a body. Not for 204 and 304, which have no length either. */
export function sendEmpty(response: GroupedResponse, status: number): void {
  send(response, status, ['Content-Length', '0']);
}

export function sendNotFound(response: GroupedResponse): void {
  sendText(response, 404, '404 page not found');
}

/** A text that is JSON already, or its bytes. */
export function sendJson(
  response: GroupedResponse,
  body: string | Buffer,
  status = 200,
  headers: HeaderList = [],
): void {
  const length = String(Buffer.byteLength(body));
  send(
    response,
    status,
    [...headers, 'Content-Type', 'application/json', 'Content-Length', length],
    body,
  );
}
