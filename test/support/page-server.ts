import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURES = fileURLToPath(new URL('../fixtures/browser', import.meta.url));
const PROVIDER = '@openfeature/ofrep-web-provider';

/** What the page of a test loads, by path: its type and the file. */
const FILES: Readonly<Record<string, readonly [type: string, path: string]>> = {
  '/': ['text/html; charset=utf-8', join(FIXTURES, 'page.html')],
  '/page.js': script(join(FIXTURES, 'page.js')),
  '/configcat.js': script(
    besideMain('@configcat/sdk', '../../../dist/configcat.browser.umd.min.js'),
  ),
  '/openfeature/provider.js': script(besideMain(PROVIDER, 'index.esm.js')),
  '/openfeature/ofrep-core.js': script(
    besideMain('@openfeature/ofrep-core', 'index.esm.js', besideMain(PROVIDER, 'index.esm.js')),
  ),
  '/openfeature/web-sdk.js': script(besideMain('@openfeature/web-sdk', '../esm/index.js')),
  '/openfeature/core.js': script(besideMain('@openfeature/core', '../esm/index.js')),
};

function script(path: string): readonly [type: string, path: string] {
  return ['text/javascript', path];
}

/** A file of the package that `from` would get by its name, relative to the one that it gets. */
function besideMain(name: string, path: string, from: string = import.meta.url): string {
  return join(dirname(createRequire(from).resolve(name)), path);
}

/** Serves an application's page on a port, and so an origin, of its own. */
export class PageServer {
  readonly #server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const [type, path] = FILES[pathname] ?? [];
    if (type === undefined || path === undefined) {
      response.writeHead(404).end();
      return;
    }
    readFile(path).then(
      (content) => response.writeHead(200, { 'Content-Type': type }).end(content),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  get origin(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
