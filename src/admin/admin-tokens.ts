import { createHash, timingSafeEqual } from 'node:crypto';
import type { AdminTokenOptions } from '../options/admin.options.js';
import type { AdminUser } from './admin-user.js';

const BEARER = /^bearer +(\S+) *$/i;

/** The tokens of `admin.tokens`: kept and compared as SHA-256, and how long that takes tells nothing of them. */
export class AdminTokens {
  private readonly users: ReadonlyArray<{ readonly digest: Buffer; readonly user: AdminUser }>;

  constructor(tokens: readonly AdminTokenOptions[]) {
    this.users = tokens.map(({ token, name, email, role }) => ({
      digest: sha256(token),
      user: { name, email, role },
    }));
  }

  /** Whose token the `Authorization` header bears; undefined: nobody's. */
  find(authorization: string | undefined): AdminUser | undefined {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const digest = sha256(token);
    let found: AdminUser | undefined;
    for (const known of this.users) {
      if (timingSafeEqual(known.digest, digest)) found = known.user;
    }
    return found;
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
