import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { InvalidInputError } from '../error.js';

/** Calls whose filter stands in the query: one in a body would be passed over, and all be deleted. */
const BODILESS = /^DELETE |^POST .*\/replay$/;

/** Refuses bodies that nobody would read. */
@Injectable()
export class BodilessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { method, path, body } = context.switchToHttp().getRequest<Request>();
    if (!isNothing(body) && BODILESS.test(`${method} ${path}`)) {
      const detail = 'is not read here; filters go in the query';
      throw new InvalidInputError([{ pointer: '', detail }]);
    }
    return true;
  }
}

/** An empty body is read as an empty object. */
function isNothing(body: unknown): boolean {
  return (
    body === undefined ||
    (typeof body === 'object' && body !== null && Object.keys(body).length === 0)
  );
}
