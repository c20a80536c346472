import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongFirst } from './scripts/lib/long-first.ts';

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests read the sources, so that a red test points at the line one edits. The built packages are tried by `e2e/`. */
const alias = [
  { find: /^postern$/, replacement: from('./packages/postern/src/index.ts') },
  { find: /^postern\/core$/, replacement: from('./packages/postern/src/core.ts') },
  { find: /^postern\/testing\/core$/, replacement: from('./packages/postern/src/testing-core.ts') },
  { find: /^postern\/testing$/, replacement: from('./packages/postern/src/testing.ts') },
  { find: /^@postern\/tenant\/cypress$/, replacement: from('./packages/tenant/src/testing/cypress.ts') },
  { find: /^@postern\/tenant\/cypress\/tasks$/, replacement: from('./packages/tenant/src/testing/cypress-tasks.ts') },
  { find: /^@postern\/tenant\/testing$/, replacement: from('./packages/tenant/src/testing/index.ts') },
  { find: /^@postern\/tenant$/, replacement: from('./packages/tenant/src/index.ts') },
];

export default defineConfig({
  resolve: { alias },
  test: {
    pool: 'forks',
    // Much of the suite waits for servers and browsers: two at once also where there are only two cores.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Of what the tests start (the command, a tenant, Vite): read and compiled once, not at each start.
    env: { NODE_COMPILE_CACHE: from('./node_modules/.cache/postern/compiled') },
    // What is waited for comes in milliseconds, but not on a machine that does three other things.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      { extends: true, test: { name: 'tenant', include: ['packages/tenant/test/**/*.test.{ts,tsx}'] } },
      { extends: true, test: { name: 'postern', include: ['packages/postern/test/**/*.test.{ts,tsx}'] } },
      { extends: true, test: { name: 'workspace', include: ['scripts/test/**/*.test.ts'] } },
      { extends: true, test: { name: 'demo', include: ['apps/demo/test/**/*.test.{ts,tsx}'] } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'e2e/other-browsers/**'],
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
