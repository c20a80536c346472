import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const SYSTEM_CHROMIUM = '/usr/bin/chromium';

/** The one that `npm test` found or was told of; without it the Debian package, else the one that Playwright fetched. */
function executable(): { executablePath?: string } {
  const named = process.env.CHROMIUM_PATH;
  if (named) return { executablePath: named };
  return existsSync(SYSTEM_CHROMIUM) ? { executablePath: SYSTEM_CHROMIUM } : {};
}

/**
 * Headless Chromium. Close it after use.
 * Its popup blocker and its back-forward cache are on, as in a person's browser; Playwright would turn them off.
 */
export function launchChromium({
  allowPopups = false,
  args = [],
}: {
  readonly allowPopups?: boolean;
  readonly args?: readonly string[];
} = {}): Promise<Browser> {
  return chromium.launch({
    ...executable(),
    ignoreDefaultArgs: [...(allowPopups ? [] : ['--disable-popup-blocking']), '--disable-back-forward-cache'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
      ...args,
    ],
  });
}
