import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { AdminTokens } from './admin-tokens.js';
import { AdminUnauthorizedError } from './admin.errors.js';
import { setUser } from './request-user.js';

/** Before the body is read: strangers send nothing here. */
@Injectable()
export class Authentication implements NestMiddleware {
  constructor(private readonly tokens: AdminTokens) {}

  use(request: Request, response: Response, next: NextFunction): void {
    const user = this.tokens.find(request.get('authorization'));
    if (user === undefined) throw new AdminUnauthorizedError();
    setUser(request, user);
    // Answers hold members and sensitive values, and change without the version that ETag names.
    response.setHeader('Cache-Control', 'no-store');
    delete request.headers['if-none-match'];
    next();
  }
}
