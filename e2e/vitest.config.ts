import { defineConfig } from 'vitest/config';

/** One file after the other: they share one small machine with a browser and several servers. */
export default defineConfig({
  test: { include: ['src/**/*.test.ts'], fileParallelism: false, testTimeout: 180_000, hookTimeout: 240_000 },
});
