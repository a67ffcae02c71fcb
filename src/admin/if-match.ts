import {
  createParamDecorator,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';
import { InvalidInputError } from '../error.js';
import { VersionRequiredError } from './admin.errors.js';

const VERSION = /^(?:W\/)?"(\d{1,9})"$/;

/** Before anything else of the request is looked at. */
@Injectable()
export class NeedsIfMatch implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const header = ifMatch(context);
    if (header === undefined || header === '') throw new VersionRequiredError();
    return true;
  }
}

/** The version that `If-Match` names; undefined without the header. */
export const ExpectedVersion = createParamDecorator(
  (_data: unknown, context: ExecutionContext): number | undefined => {
    const header = ifMatch(context);
    if (header === undefined || header === '') return undefined;
    const version = VERSION.exec(header.trim())?.[1];
    if (version === undefined) {
      const detail = 'must be the ETag of a version, such as "3"';
      throw new InvalidInputError([{ in: 'header', pointer: '/If-Match', detail }]);
    }
    return Number(version);
  },
);

function ifMatch(context: ExecutionContext): string | undefined {
  return context.switchToHttp().getRequest<Request>().get('if-match');
}
