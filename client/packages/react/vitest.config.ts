import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { setupFiles: ['../../testing/dom.ts'], testTimeout: 30_000 },
});
