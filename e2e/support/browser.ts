import { type Browser, firefox } from 'playwright-core';
import { launchChromium } from './chromium.ts';

/** The browser that this run tries the SDK in; `npm run test:browsers` sets it. */
export const browserName = process.env.POSTERN_BROWSER === 'firefox' ? 'firefox' : 'chromium';

/** Headless, with its popup blocker on. Close it after use. */
export function launchBrowser({ allowPopups = false } = {}): Promise<Browser> {
  return browserName === 'firefox' ? launchFirefox(allowPopups) : launchChromium({ allowPopups });
}

/** A Firefox as it comes, by WebDriver BiDi. */
const launchFirefox = (allowPopups: boolean) =>
  firefox.launch({
    channel: 'moz-firefox',
    executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr',
    // A driven Firefox turns its popup blocker off, unless it is told to keep to a person's settings.
    firefoxUserPrefs: allowPopups ? {} : { 'remote.prefs.recommended': false, 'dom.disable_open_during_load': true },
  });
