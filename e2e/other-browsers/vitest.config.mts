import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import workspace from '../../vitest.config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const patience = { testTimeout: 90_000, hookTimeout: 120_000 };

/** Run by `npm run test:browsers` alone, which has found or installed what is tried here. */
export default mergeConfig(
  { resolve: workspace.resolve },
  defineConfig({
    test: {
      root,
      pool: 'forks',
      maxWorkers: 2,
      projects: [
        {
          extends: true,
          test: {
            ...patience,
            name: 'firefox',
            // All that `npm test` shows of the SDK in Chromium, but for what its debugger plays an authenticator in.
            include: ['e2e/sdk/*.test.ts'],
            exclude: ['e2e/sdk/passkeys.test.ts'],
            env: { POSTERN_BROWSER: 'firefox' },
          },
        },
        { extends: true, test: { ...patience, name: 'webkit', include: ['e2e/other-browsers/webkit/*.test.ts'] } },
      ],
    },
  }),
);
