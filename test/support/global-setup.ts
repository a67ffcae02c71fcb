import type { TestProject } from 'vitest/node';
import { createTemplate } from './postgres.js';
import { makeRunDirectory } from './run-directory.js';
import { startTestServer } from './test-server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The run's one PostgreSQL server, as superuser: a secret of the run. */
    postgresUrl: string;
  }
}

/** One directory and one PostgreSQL for the whole run; returns what ends both. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const removeDirectory = makeRunDirectory();
  const server = await startTestServer();
  const end = async (): Promise<void> => {
    await server.stop();
    removeDirectory();
  };
  try {
    await createTemplate(server.url);
  } catch (error) {
    await end();
    throw error;
  }
  project.provide('postgresUrl', server.url);
  return end;
}
