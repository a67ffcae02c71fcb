import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { AdminUnauthorizedError } from './admin.errors.js';
import type { AdminUser } from './admin-user.js';

const users = new WeakMap<object, AdminUser>();

export function setUser(request: object, user: AdminUser): void {
  users.set(request, user);
}

/** @throws AdminUnauthorizedError where nobody was found out */
export function userOf(request: object): AdminUser {
  const user = users.get(request);
  if (user === undefined) throw new AdminUnauthorizedError();
  return user;
}

/** A parameter that is who asks. */
export const AskedBy = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  userOf(context.switchToHttp().getRequest<object>()),
);
