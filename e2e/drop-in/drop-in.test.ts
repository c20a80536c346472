import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTenant, sampleConfig } from '@postern/tenant';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { methodsOfTheirHook, openProgram, ours, reference } from '../../packages/postern/test/types/program.ts';
import { launchChromium } from '../support/chromium.ts';
import { type HttpsTenant, startHttpsTenant } from '../support/https-tenant.ts';
import { type BuiltPage, buildPage, type Side } from './build-page.ts';
import { visits } from './calls.ts';
import { webDifferences } from './differences.ts';
import type { DropInConfig } from './page.tsx';
import { compareRecordings, compareResults } from './record.ts';
import { makeVisit } from './side.ts';

/**
 * One source for `react-native-auth0`, built with its own web build and with this package in its place, in one Chromium, at one
 * tenant: what it asks of the tenant, call by call, and whether it works.
 */

let running: HttpsTenant;
let pages: Record<Side, BuiltPage>;
let browser: Browser;
beforeAll(async () => {
  const [theirs, mine] = await Promise.all([buildPage('theirs'), buildPage('ours')]);
  pages = { theirs, ours: mine };
  const origins = [theirs.origin, mine.origin];
  const client = { callbacks: origins, logoutUrls: origins, webOrigins: origins };
  const clients = sampleConfig.clients.map((one) => ({ ...one, ...client }));
  [running, browser] = await Promise.all([
    startHttpsTenant((more, options) => createTenant({ ...sampleConfig, clients, ...more }, options)),
    launchChromium(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await running?.close();
});

describe('the web build of react-native-auth0 5.11.1 and this package ask the same of the tenant, but for what is listed', () => {
  it.each(visits)('$name', async (visit) => {
    const { tenant, issuer } = running;
    const [theirs, mine] = await Promise.all([
      makeVisit(browser, tenant, issuer, pages.theirs, visit),
      makeVisit(browser, tenant, issuer, pages.ours, visit),
    ]);
    const found: Record<string, readonly string[]> = {};
    for (const [name, their] of theirs) {
      const our = mine.get(name) ?? expect.fail();
      const outcomes = [their, our].map(({ outcome }) => (outcome.error ? 'rejects' : 'resolves'));
      found[name] = [
        ...compareRecordings(their.requests, our.requests),
        ...(outcomes[0] === outcomes[1] && !their.outcome.error
          ? compareResults(their.outcome.value, our.outcome.value)
          : []),
        ...(outcomes[0] === outcomes[1] ? [] : [`outcome: ${outcomes.join(' → ')}`]),
      ].sort();
    }
    const listed = Object.fromEntries(
      [...theirs.keys()].map((name) => [
        name,
        webDifferences.flatMap(({ calls, line }) => (calls.includes(name) ? [line] : [])).sort(),
      ]),
    );
    expect(found).toEqual(listed);
  });

  it('every call that is listed is made', () => {
    const made = new Set(visits.flatMap(({ calls }) => calls.map(({ name }) => name)));
    expect(webDifferences.flatMap(({ calls }) => calls).filter((name) => !made.has(name))).toEqual([]);
  });

  it('every method of the hook is called', () => {
    const methods = methodsOfTheirHook();
    expect(methods.length).toBe(55);
    const called = new Set(visits.flatMap(({ calls }) => calls.map(({ method }) => method)));
    expect(methods.filter((name) => !called.has(name))).toEqual([]);
  });

  it('docs/differences.md shows each', () => {
    const page = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8');
    for (const { what, why } of webDifferences) expect(page).toContain(`| ${what} | ${why} |`);
  });
});

describe('an app written for react-native-auth0', () => {
  const source = fileURLToPath(new URL('./app.tsx', import.meta.url));

  it.each([
    ['theirs', reference],
    ['ours', ours],
  ])('compiles with the types of %s', (_, path) => {
    const program = openProgram([source], {
      'react-native-auth0': [path],
      react: [fileURLToPath(new URL('../../node_modules/@types/react', import.meta.url))],
      'react/jsx-runtime': [
        fileURLToPath(new URL('../../node_modules/@types/react/jsx-runtime.d.ts', import.meta.url)),
      ],
    });
    expect(program.errorsOf(source)).toEqual([]);
    program.close();
  });

  it.each(['theirs', 'ours'] as const)('signs in, calls an API and signs out, unchanged, with %s', async (side) => {
    const { tenant, issuer } = running;
    const { cookies } = await tenant.control.sessionState({ user: 'user@example.com' });
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      storageState: { cookies: [...cookies], origins: [] },
    });
    context.setDefaultTimeout(10_000);
    const config: DropInConfig = { show: 'app', options: { domain: new URL(issuer).host, clientId: 'postern-spa' } };
    await context.addInitScript({ content: `window.dropIn = ${JSON.stringify(config)};` });
    await pages[side].serve(context);
    await context.grantPermissions(['local-network-access'], { origin: pages[side].origin });
    const page = await context.newPage();
    await page.goto(pages[side].origin);
    await page.click('text=Sign in');
    await page.waitForSelector('h1:has-text("Hello Robin Sample")');
    expect(await page.textContent('#email')).toBe('user@example.com');
    expect(await page.textContent('#verified')).toBe('verified');
    expect(new URL(page.url()).search).toBe('');
    await page.click('text=Call the API');
    await page.waitForSelector('output:has-text("200 auth0|sample")');
    await page.click('text=Sign out');
    await page.waitForSelector('text=Sign in');
    expect(await page.locator('[role=alert]').count()).toBe(0);
    await context.close();
  });
});
