import type { TestProject } from 'vitest/node';
import { createTemplate } from './postgres.js';
import { startTestServer } from './test-server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The run's one PostgreSQL server, as superuser: a secret of the run. */
    postgresUrl: string;
  }
}

/** One PostgreSQL for the whole run; returns what stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  try {
    await createTemplate(server.url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}
