import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { setupFiles: ['../../client/testing/dom.ts'], testTimeout: 30_000 },
});
