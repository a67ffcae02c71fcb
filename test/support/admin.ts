import { request, type HttpAnswer } from './http-answer.js';
import type { OptionsTree } from './service.js';

export const ADMIN = { name: 'Ada', token: 'a-token-of-ada-the-admin', role: 'admin' } as const;
export const VIEWER = { name: 'Vi', token: 'a-token-of-vi-who-looks', role: 'viewer' } as const;

/** Options with both of them. */
export const WITH_ADMIN: OptionsTree = { admin: { tokens: [ADMIN, VIEWER] } };

export interface AdminCall {
  /** Goes as JSON, but texts, bytes and streams as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** `GET /segments`, say: a call of the admin API at a service, by Ada unless told. */
export function callAdmin(
  base: string,
  call: string,
  { body, headers, token = ADMIN.token }: AdminCall = {},
): Promise<HttpAnswer> {
  const [method = '', path = ''] = call.split(' ');
  return request(`${base}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}
