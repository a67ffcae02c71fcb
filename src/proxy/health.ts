import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readiness } from '../observability/readiness.js';
import { sendMethodNotAllowed, sendText } from './response.js';

/** `/healthz`: the process answers. `/readyz`: and may be sent requests. On both ports. */
export class Health {
  constructor(private readonly readiness: Readiness) {}

  /** @returns whether the path is one of its own; answered then. */
  handle(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    if (path !== '/healthz' && path !== '/readyz') {
      return false;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendMethodNotAllowed(response, 'GET, HEAD');
      return true;
    }
    const missing = path === '/readyz' ? this.readiness.missing : [];
    if (missing.length === 0) {
      sendText(response, 200, 'ok');
    } else {
      sendText(response, 503, `not ready: ${missing.join(', ')}`);
    }
    return true;
  }
}
