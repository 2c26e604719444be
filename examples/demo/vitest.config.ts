import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { setupFiles: ['../../client/testing/dom.ts'], testTimeout: 180_000, hookTimeout: 180_000 },
});
