import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Run by `npm run test:native` alone: the app it opens is installed and exported there. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
});
