import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { AdminTokens } from './admin-tokens.js';
import { AdminUnauthorizedError } from './admin.errors.js';
import { setUser } from './request-user.js';

/** Before the body is read: strangers send nothing here. */
@Injectable()
export class Authentication implements NestMiddleware {
  constructor(private readonly tokens: AdminTokens) {}

  use(request: Request, _response: Response, next: NextFunction): void {
    const user = this.tokens.find(request.get('authorization'));
    if (user === undefined) throw new AdminUnauthorizedError();
    setUser(request, user);
    next();
  }
}
