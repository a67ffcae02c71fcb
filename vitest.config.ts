import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Left alone it takes one of two cores, and most of these tests wait for processes and sockets.
    maxWorkers: 2,
    restoreMocks: true,
  },
});
