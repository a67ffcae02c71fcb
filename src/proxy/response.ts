import type { ServerResponse } from 'node:http';

/** A plain-text error as the ConfigCat Proxy words it: the message and one line end. */
export function sendText(response: ServerResponse, status: number, message: string): void {
  const body = `${message}\n`;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

export function sendNotFound(response: ServerResponse): void {
  sendText(response, 404, '404 page not found');
}

/** `allow`: sorted, joined by a comma and a space. */
export function sendMethodNotAllowed(response: ServerResponse, allow: string): void {
  response.setHeader('Allow', allow);
  sendText(response, 405, 'Method Not Allowed');
}

/** A text that is JSON already. */
export function sendJson(response: ServerResponse, body: string): void {
  response.writeHead(200, [
    'Content-Type',
    'application/json',
    'Content-Length',
    String(Buffer.byteLength(body)),
  ]);
  response.end(body);
}
