/** Who uses the admin API, by their token. */
export interface AdminUser {
  /** In the history, and in change events. */
  readonly name: string;
  readonly email: string | undefined;
  readonly role: AdminRole;
}

/** `viewer` reads, `admin` writes too. */
export type AdminRole = 'viewer' | 'admin';
