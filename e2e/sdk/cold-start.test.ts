import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fillLogin, signedInAs, started } from '../support/sdk-page.ts';
import { authorize, person, type Scene, startScene, TOKEN_LIFETIME, type Visitor } from '../support/sdk-scene.ts';

let scene: Scene;
let visitor: Visitor;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());
afterEach(async () => {
  await visitor.context.close();
  await scene.tenant.control.reset();
});

const snapshot = (page: Page) =>
  page.evaluate(() => {
    const { user, error, isLoading } = window.sdk.client.session.getSnapshot();
    return { email: user?.email, error: error?.type, isLoading };
  });

const stored = (page: Page) => page.evaluate(() => JSON.stringify(Object.entries(localStorage).sort()));

const ask = (page: Page) =>
  page.evaluate(() =>
    window.sdk.client.credentialsManager.getCredentials().then(
      () => 'ok',
      (error: { type: string }) => error.type,
    ),
  );

/** Nothing reaches the tenant any more, as on a train. */
async function loseTenant(): Promise<() => Promise<void>> {
  const tenant = `${new URL(scene.tenant.context.issuer).origin}/**`;
  await visitor.context.route(tenant, (route) => route.abort('internetdisconnected'));
  return () => visitor.context.unroute(tenant);
}

describe.each(['localstorage', 'indexeddb'] as const)('tokens in %s', (cacheLocation) => {
  it('known failure 1d-39: survive a reload without a request or an iframe', async () => {
    visitor = await scene.visitor({ options: scene.options({ cacheLocation }) }, person.email);
    const page = await visitor.openSignedIn();
    await visitor.context.clearCookies();
    const frames: string[] = [];
    page.on('frameattached', (frame) => frames.push(frame.url()));
    await page.reload();
    await signedInAs(page, person.email);
    expect(await ask(page)).toBe('ok');
    expect(visitor.tokenCalls()).toBe(1);
    expect(frames).toEqual([]);
  });
});

it('S21: the default keeps tokens in memory; a reload asks the tenant in a silent iframe', async () => {
  const { cacheLocation: _, ...options } = scene.options();
  visitor = await scene.visitor({ options }, person.email);
  const page = await visitor.openSignedIn();
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toMatch(
    /eyJ[\w-]+\./,
  );
  await page.reload();
  await signedInAs(page, person.email);
  expect(visitor.tokenCalls()).toBe(2);
});

it('in memory, without a session at the tenant, a reload ends signed out and without an error', async () => {
  visitor = await scene.visitor({ options: scene.options({ cacheLocation: 'memory' }) }, person.email);
  const page = await visitor.openSignedIn();
  await visitor.context.clearCookies();
  await page.reload();
  await started(page);
  expect(await snapshot(page)).toEqual({ email: undefined, error: undefined, isLoading: false });
});

it('known failure 1b-15, web peers 7: offline with an expired token the user is there, the error is NO_NETWORK, the store untouched; online again it renews by itself', async () => {
  visitor = await scene.visitor({}, person.email);
  const page = await visitor.openSignedIn();
  const before = await stored(page);
  const reconnect = await loseTenant();
  await visitor.passTime(TOKEN_LIFETIME + 60);
  await page.reload();
  await signedInAs(page, person.email);
  expect(await snapshot(page)).toEqual({ email: person.email, error: 'NO_NETWORK', isLoading: false });
  expect(await ask(page)).toBe('NO_NETWORK');
  expect(await stored(page)).toBe(before);
  await reconnect();
  const renewed = page.waitForResponse((response) => response.url().endsWith('/oauth/token') && response.ok());
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await renewed;
  await expect.poll(() => snapshot(page)).toEqual({ email: person.email, error: undefined, isLoading: false });
  expect(await ask(page)).toBe('ok');
});

describe.each([
  ['cut off', (value: string) => value.slice(0, value.length / 2)],
  ['of random bytes', () => '\u0000\uffff{"credentials":'],
  ['of another shape', () => '{"v":1,"credentials":{"accessToken":7}}'],
])('known failure 1d-34: a stored record %s', (_, corrupt) => {
  it('is one sign-out, and the next login works', async () => {
    visitor = await scene.visitor({}, person.email);
    const page = await visitor.openSignedIn();
    const records = await page.evaluate(() => Object.entries(localStorage));
    const damaged = records.map(([key, value]) => [key, value.startsWith('{') ? corrupt(value) : value]);
    expect(damaged).not.toEqual(records);
    await page.evaluate((entries) => {
      for (const [key = '', value = ''] of entries) localStorage.setItem(key, value);
    }, damaged);
    await page.reload();
    await started(page);
    await signedInAs(page, '');
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    await authorize(page);
    await signedInAs(page, person.email);
    await page.reload();
    await signedInAs(page, person.email);
  });
});

it('S17, web peers 6: a dead refresh token is one sign-out with RENEW_FAILED, an empty store, and no loop', async () => {
  visitor = await scene.visitor({}, person.email);
  const page = await visitor.openSignedIn();
  for (const { id } of await scene.tenant.control.families.list()) await scene.tenant.control.families.revoke(id);
  await visitor.passTime(TOKEN_LIFETIME + 60);
  const calls = visitor.tokenCalls();
  await page.reload();
  await started(page);
  await page.waitForSelector('html[data-user=""][data-error="RENEW_FAILED"]', { state: 'attached' });
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(await ask(page)).toBe('NO_CREDENTIALS');
  expect(visitor.tokenCalls() - calls).toBe(1);
});

it('web peers 21: a callback the tenant does not allow is named soon, and holds up nothing', async () => {
  visitor = await scene.visitor({ options: scene.options({ clientId: 'postern-native', cacheLocation: 'memory' }) });
  const page = await visitor.open();
  const { type, message } = await page.evaluate(async () => {
    const error = await window.sdk.client.webAuth.checkWebSession().catch((reason: Error & { type: string }) => reason);
    return { type: error?.type, message: error?.message };
  });
  // Not by the timeout, which has another type.
  expect(type).toBe('INVALID_CONFIGURATION');
  expect(message).toContain(scene.app.origin);
});

/** Back to a page that the browser kept as it was: with it come no load event and no new script run. */
async function goBackToKept(page: Page): Promise<void> {
  // As a page does it: Firefox tells Playwright of no navigation to a kept page.
  await page.evaluate(() => void setTimeout(() => history.back()));
  await page.waitForFunction(() => 'kept' in window);
}

const keep = (page: Page) => page.evaluate(() => Object.assign(window, { kept: true }) && undefined);

it('a page from the back-forward cache looks again at what is stored', async () => {
  visitor = await scene.visitor({}, person.email);
  const page = await visitor.openSignedIn('/first');
  await keep(page);
  await page.goto(`${scene.tenant.context.issuer}.well-known/jwks.json`);
  const other = await visitor.open('/other');
  // Not by a sign-out, whose message would make Chromium give the kept page up.
  await other.evaluate(() => localStorage.clear());
  await goBackToKept(page);
  await page.waitForFunction(() => document.documentElement.dataset.user === '');
  expect(await ask(page)).toBe('NO_CREDENTIALS');
});

it.each([
  ['gives it up', false],
  ['is frozen before it can', true],
])(
  'known failure 1c-26: a page left while it was making its database holds up none after it: it %s',
  async (_, isFrozen) => {
    visitor = await scene.visitor({}, person.email);
    await visitor.context.addInitScript((cannotAbort) => {
      if (location.pathname !== '/left') return;
      if (cannotAbort) IDBTransaction.prototype.abort = () => undefined;
      const open = indexedDB.open.bind(indexedDB);
      indexedDB.open = (...given) => {
        const request = open(...given);
        request.addEventListener('upgradeneeded', () => {
          const store = request.result.createObjectStore('never done');
          const goOn = () => {
            store.get(0).onsuccess = goOn;
          };
          goOn();
          Object.assign(window, { isMaking: true });
        });
        return request;
      };
    }, isFrozen);
    const left = await visitor.context.newPage();
    await left.goto(`${scene.app.origin}/left`);
    await left.waitForFunction(() => 'isMaking' in window);
    await left.goto(`${scene.app.origin}/next`);
    await started(left);
    expect(await snapshot(left)).toEqual({ email: undefined, error: undefined, isLoading: false });
    await authorize(left);
    await signedInAs(left, person.email);
  },
);

it('going back to a page after a sign-out elsewhere shows nobody signed in', async () => {
  visitor = await scene.visitor({}, person.email);
  const page = await visitor.openSignedIn('/first');
  await page.goto(`${scene.tenant.context.issuer}.well-known/jwks.json`);
  const other = await visitor.open('/other');
  await other.evaluate(() => window.sdk.client.credentialsManager.clearCredentials());
  await page.goBack({ waitUntil: 'commit' });
  await signedInAs(page, '');
  expect(await ask(page)).toBe('NO_CREDENTIALS');
});

it('a login left by the Back button rejects with USER_CANCELLED in the kept page, and another one works', async () => {
  visitor = await scene.visitor({});
  const page = await visitor.open();
  await keep(page);
  await authorize(page);
  await page.waitForSelector('input[name="username"]');
  await goBackToKept(page);
  const type = await page.evaluate(() => window.sdk.pending.authorize?.catch((error: { type: string }) => error.type));
  expect(type).toBe('USER_CANCELLED');
  await authorize(page);
  await fillLogin(page, person);
  await signedInAs(page, person.email);
});
