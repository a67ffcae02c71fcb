import type { OpenAPIObject } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, openApiDocument, PROXY, renderOpenApi } from '../../src/openapi.js';
import { ProxyModule } from '../../src/proxy/proxy.module.js';
import { routesOf } from '../../src/proxy/route.js';
import { request } from '../support/http-answer.js';
import { TestBed } from '../support/test-bed.js';

const bed = new TestBed({ http: { port: 0, host: '127.0.0.1', status: { enabled: true } } });

/** What paths hold in place of their parameters. */
const VALUES: Readonly<Record<string, string>> = {
  sdkId: 'default',
  key: 'flag',
  data: 'e30',
  path: 'configcat-proxy/default',
};
/** Served on the diagnostics port alone. */
const ELSEWHERE = new Set(['/metrics']);

let document: OpenAPIObject;
beforeAll(async () => {
  document = await openApiDocument(PROXY);
});

/** `GET /api/{sdkId}/keys` */
function documented(): string[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** What the decorators of the proxy's controllers declare, which is what is routed. */
function declared(): string[] {
  const controllers: readonly (abstract new () => object)[] = Reflect.getMetadata(
    'controllers',
    ProxyModule,
  );
  return controllers
    .flatMap((type) => routesOf(Object.create(type.prototype)))
    .flatMap(({ pattern, handlers }) =>
      [...handlers.keys()].map((method) => `${method} ${pattern.label.replace('...}', '}')}`),
    );
}

describe('the OpenAPI document', () => {
  it('is the one in docs/openapi.json: run `npm run docs` when this fails', async () => {
    expect(readFileSync('docs/openapi.json', 'utf8')).toBe(await renderOpenApi(PROXY));
    expect(readFileSync('docs/admin-openapi.json', 'utf8')).toBe(await renderOpenApi(ADMIN));
  });

  it('has every route that is declared, and no other', () => {
    expect(documented().toSorted()).toEqual(declared().toSorted());
  });

  it('has routes that are served, each with just its methods', async () => {
    for (const [path, item] of Object.entries(document.paths)) {
      if (ELSEWHERE.has(path)) continue;
      const url =
        bed.base + path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => VALUES[name] ?? '');
      const { status, headers } = await request(url, { method: 'DELETE' });
      const methods = Object.keys(item).map((method) => method.toUpperCase());
      const allowed = (headers.get('allow') ?? '').split(', ');
      expect({ path, status }).toEqual({ path, status: 405 });
      expect(allowed.filter((method) => method !== 'HEAD' && method !== 'OPTIONS')).toEqual(
        methods.toSorted(),
      );
    }
  });

  it('says of every route what it is, what is in its path, and how it answers', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const operation of [item.get, item.post]) {
        if (operation === undefined) continue;
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
        const parameters = (operation.parameters ?? []).flatMap((parameter) =>
          'in' in parameter && parameter.in === 'path' ? [parameter] : [],
        );
        expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
        expect(parameters.map(({ name }) => name).toSorted()).toEqual(inPath.toSorted());
        expect(parameters.every(({ description = '' }) => description !== '')).toBe(true);
        expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      }
    }
  });

  it('names each operation once', () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      [item.get, item.post].flatMap((operation) => operation?.operationId ?? []),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});
