import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PathPattern } from './path-pattern.js';

/** A controller's method: the parameters of its path follow in the order of the path. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  ...parameters: readonly string[]
) => void | Promise<void>;

/** A path and what answers each of its methods, GET and POST. */
export interface Route {
  readonly pattern: PathPattern;
  readonly handlers: ReadonlyMap<string, Handler>;
}

const METHODS: ReadonlyMap<unknown, string> = new Map([
  [RequestMethod.GET, 'GET'],
  [RequestMethod.POST, 'POST'],
]);

/** The routes that a controller's decorators declare: what stands in OpenAPI is what is routed. */
export function routesOf(controller: object): readonly Route[] {
  const prefix: string = Reflect.getMetadata(PATH_METADATA, controller.constructor);
  const found = new Map<string, { pattern: PathPattern; handlers: Map<string, Handler> }>();
  const prototype: object = Object.getPrototypeOf(controller);
  for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
    const own: unknown = Reflect.get(controller, name);
    if (!isHandler(own)) continue;
    const method = METHODS.get(Reflect.getMetadata(METHOD_METADATA, own));
    if (method === undefined) continue;
    const paths: string | string[] = Reflect.getMetadata(PATH_METADATA, own);
    for (const path of [paths].flat()) {
      const full = `/${[prefix, path].filter((part) => part !== '/').join('/')}`;
      const route = found.get(full) ?? { pattern: new PathPattern(full), handlers: new Map() };
      found.set(full, route);
      if (own.length !== 2 + route.pattern.parameterCount) {
        throw new TypeError(`${name} of ${full} must take the parameters of its path`);
      }
      route.handlers.set(method, own.bind(controller));
    }
  }
  return [...found.values()];
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}
