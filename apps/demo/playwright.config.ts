import { existsSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';
import type { PosternFixtures, PosternWorkerFixtures } from '@postern/tenant/playwright';

/** A Chromium that is there; Playwright's own where there is none. */
const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

export default defineConfig<PosternFixtures, PosternWorkerFixtures>({
  testDir: 'e2e',
  outputDir: '../../node_modules/.cache/postern/playwright',
  // Not the workspace's own, which leads to the sources: an app has the built packages.
  tsconfig: 'e2e/tsconfig.json',
  fullyParallel: true,
  workers: 2,
  timeout: 30_000,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['line'], ['json']] : 'list',
  use: {
    tenantOptions: {
      clientId: 'postern-spa',
      audience: 'https://api.postern.test',
      scopes: ['read:notes', 'write:notes'],
    },
    ...devices['Desktop Chrome'],
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
      ],
    },
  },
});
