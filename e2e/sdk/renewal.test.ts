import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { person, type Scene, startScene, TOKEN_LIFETIME, type Visitor } from '../support/sdk-scene.ts';

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

const ask = (page: Page, times: number) =>
  page.evaluate(async (count) => {
    const manager = window.sdk.client.credentialsManager;
    const all = await Promise.all(Array.from({ length: count }, () => manager.getCredentials()));
    return all.map(({ accessToken, expiresAt }) => ({ accessToken, live: expiresAt > Date.now() / 1000 }));
  }, times);

/** What the one call ended as: `ok`, or the `type` of its error. */
const askOnce = (page: Page) =>
  page.evaluate(() =>
    window.sdk.client.credentialsManager.getCredentials().then(
      () => 'ok',
      (error: { type: string }) => error.type,
    ),
  );

const familiesRevoked = async () =>
  (await scene.tenant.control.families.list()).filter(({ revokedAt }) => revokedAt !== undefined).length;

describe.each(['localstorage', 'indexeddb'] as const)('tokens in %s', (cacheLocation) => {
  it('known failure 1a-1, web peers 2, web peers 10, S16: 3 tabs x 20 calls with an expired token make one refresh', async () => {
    visitor = await scene.visitor({ options: scene.options({ cacheLocation }) }, person.email);
    const tabs = [await visitor.openSignedIn(), await visitor.open(), await visitor.open()];
    const [before] = await Promise.all(tabs.map((tab) => ask(tab, 1)));
    await visitor.passTime(TOKEN_LIFETIME + 60, ...tabs);
    const calls = visitor.tokenCalls();

    const tokens = (await Promise.all(tabs.map((tab) => ask(tab, 20)))).flat();

    expect(visitor.tokenCalls() - calls).toBe(1);
    expect(tokens).toHaveLength(60);
    expect(tokens.every(({ live }) => live)).toBe(true);
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(tokens[0]?.accessToken).not.toBe(before?.[0]?.accessToken);
    expect(await familiesRevoked()).toBe(0);

    // A caller arriving just after reads the new token.
    await Promise.all(tabs.map((tab) => ask(tab, 1)));
    expect(visitor.tokenCalls() - calls).toBe(1);
  });
});

it('web peers 1: renewals of several tabs, again and again, never look like reuse to the tenant', async () => {
  visitor = await scene.visitor({}, person.email);
  const tabs = [await visitor.openSignedIn(), await visitor.open()];
  for (let round = 1; round <= 5; round += 1) {
    await visitor.passTime(TOKEN_LIFETIME + 60, ...tabs);
    const tokens = (await Promise.all(tabs.map((tab) => ask(tab, 5)))).flat();
    expect(tokens.every(({ live }) => live)).toBe(true);
    expect(visitor.tokenCalls()).toBe(1 + round);
  }
  expect(await familiesRevoked()).toBe(0);
});

describe.each(['memory', 'localstorage'] as const)('two clients of one tab, tokens in %s', (cacheLocation) => {
  it('known failure 1a-2: share one refresh', async () => {
    visitor = await scene.visitor({ options: scene.options({ cacheLocation }) }, person.email);
    const tab = await visitor.openSignedIn();
    await visitor.passTime(TOKEN_LIFETIME + 60, tab);
    const calls = visitor.tokenCalls();
    const tokens = await tab.evaluate(async () => {
      const other = new window.sdk.Auth0(window.sdkConfig.options);
      await other.session.start();
      const all = await Promise.all(
        [window.sdk.client, other].flatMap(({ credentialsManager }) =>
          Array.from({ length: 10 }, () => credentialsManager.getCredentials()),
        ),
      );
      return all.map(({ accessToken }) => accessToken);
    });
    expect(visitor.tokenCalls() - calls).toBe(1);
    expect(new Set(tokens).size).toBe(1);
  });
});

it('known failure 1a-5: a refresh whose answer is lost is made again, inside the overlap window', async () => {
  visitor = await scene.visitor({}, person.email);
  const tab = await visitor.openSignedIn();
  await visitor.passTime(TOKEN_LIFETIME + 60, tab);
  scene.tenant.control.faults.add({ kind: 'drop', path: '/oauth/token' });
  expect(await askOnce(tab)).toBe('ok');
  expect(await familiesRevoked()).toBe(0);
});

it('known failure 1a-5: with every answer lost the call says NO_NETWORK, and the next one succeeds', async () => {
  visitor = await scene.visitor({}, person.email);
  const tab = await visitor.openSignedIn();
  await visitor.passTime(TOKEN_LIFETIME + 60, tab);
  scene.tenant.control.faults.add({ kind: 'drop', path: '/oauth/token', times: 100 });
  expect(await askOnce(tab)).toBe('NO_NETWORK');
  scene.tenant.control.faults.clear();
  expect(await askOnce(tab)).toBe('ok');
  expect(await familiesRevoked()).toBe(0);
});

it('web peers 11: a tab closed in the middle of its renewal does not hold up the others', async () => {
  visitor = await scene.visitor({}, person.email);
  const tabs = [await visitor.openSignedIn(), await visitor.open()] as const;
  await visitor.passTime(TOKEN_LIFETIME + 60, ...tabs);
  scene.tenant.control.faults.add({ kind: 'delay', path: '/oauth/token', ms: 4000 });
  const asked = tabs[0].waitForRequest('**/oauth/token');
  await tabs[0].evaluate(() => {
    window.sdk.begin('renewal', () => window.sdk.client.credentialsManager.getCredentials());
  });
  await asked;
  await tabs[0].close();
  expect(await askOnce(tabs[1])).toBe('ok');
});

it('web peers 22: a live token costs no request and a few milliseconds', async () => {
  visitor = await scene.visitor({}, person.email);
  const tab = await visitor.openSignedIn();
  const calls = visitor.tokenCalls();
  const ms = await tab.evaluate(async () => {
    const manager = window.sdk.client.credentialsManager;
    await manager.getCredentials();
    const times: number[] = [];
    for (let index = 0; index < 200; index += 1) {
      const begun = performance.now();
      await manager.getCredentials();
      times.push(performance.now() - begun);
    }
    // Without what else the machine did meanwhile.
    return Math.min(...times);
  });
  expect(ms).toBeLessThan(3);
  expect(visitor.tokenCalls()).toBe(calls);
});

it('web peers 8: after sleep the wake-up renews what has expired, without being asked', async () => {
  visitor = await scene.visitor({}, person.email);
  const tab = await visitor.openSignedIn();
  await visitor.passTime(TOKEN_LIFETIME + 60, tab);
  const renewed = tab.waitForRequest('**/oauth/token');
  await tab.evaluate(() => window.dispatchEvent(new Event('online')));
  await renewed;
  expect(await askOnce(tab)).toBe('ok');
  expect(visitor.tokenCalls()).toBe(2);
});
