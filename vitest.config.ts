import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Left alone it takes one of two cores, and most of these tests wait for processes and sockets.
    maxWorkers: 3,
    // Nothing here mocks a module, and loading Nest and TypeORM for each file took a quarter of the time.
    isolate: false,
    restoreMocks: true,
  },
});
