import { createServer } from 'node:http';
import process from 'node:process';
import type { FixedAnswer } from './exchange.js';

/**
 * What the proxy is measured against: bare `node:http`, with nothing but what the answer needs.
 * A POST's body is read and parsed, a condition compared. A process of its own, told by messages.
 */
process.once('message', (answer: FixedAnswer) => {
  // A text of that size is written together with the head; a Buffer would be a write of its own.
  const body = answer.isText ? Buffer.from(answer.body).toString() : Buffer.from(answer.body);
  const { status, headers } = answer;
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        JSON.parse(Buffer.concat(chunks).toString());
        response.writeHead(status, headers).end(body);
      });
    } else if (status === 304) {
      const isKnown = request.headers['if-none-match'] === answer.etag;
      response.writeHead(isKnown ? 304 : 200, headers).end();
    } else {
      response.writeHead(status, headers).end(body);
    }
  });
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
});
process.on('disconnect', () => process.exit());
