import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { ForbiddenError } from './admin.errors.js';
import { userOf } from './request-user.js';

const READS = 'reads';
const READING_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** On a method that is asked by POST and writes nothing. */
export const Reads = (): MethodDecorator => SetMetadata(READS, true);

/** Lets viewers read, and admins write. */
@Injectable()
export class RoleGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const { name, role } = userOf(request);
    const isRead =
      READING_METHODS.has(request.method) ||
      this.reflector.get<boolean | undefined>(READS, context.getHandler()) === true;
    if (!isRead && role !== 'admin') {
      throw new ForbiddenError(`The token '${name}' has the role viewer, which only reads.`);
    }
    return true;
  }
}
