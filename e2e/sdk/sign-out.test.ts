import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signedInAs } from '../support/sdk-page.ts';
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

const signOutHere = (page: Page) => page.evaluate(() => window.sdk.client.credentialsManager.clearCredentials());

/** The `type` of the error that the next call ends in. */
const ask = (page: Page) =>
  page.evaluate(() =>
    window.sdk.client.credentialsManager.getCredentials().then(
      () => 'ok',
      (error: { type: string }) => error.type,
    ),
  );

/** Every string a script could find in this page's storages. */
const leftBehind = (page: Page) =>
  page.evaluate(async () => {
    const found = [...Object.values(localStorage), ...Object.values(sessionStorage)] as string[];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of database.objectStoreNames) {
        const values = await new Promise<unknown[]>((resolve, reject) => {
          const request = database.transaction(store).objectStore(store).getAll();
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        // What `writes` remembers for some seconds are digests and times.
        if (store !== 'writes') found.push(...values.map((value) => JSON.stringify(value)));
      }
      database.close();
    }
    return found;
  });

describe.each(['memory', 'localstorage', 'indexeddb'] as const)('tokens in %s', (cacheLocation) => {
  it('web peers 5, S19: signing out in one tab signs the others out', async () => {
    visitor = await scene.visitor({ options: scene.options({ cacheLocation }) }, person.email);
    const tabs = [await visitor.openSignedIn(), await visitor.openSignedIn()] as const;
    await signOutHere(tabs[0]);
    await signedInAs(tabs[1], '');
    expect(await ask(tabs[1])).toBe('NO_CREDENTIALS');
    expect(await ask(tabs[0])).toBe('NO_CREDENTIALS');
    for (const tab of tabs) expect(await leftBehind(tab)).toEqual([]);
  });

  it('S18: signing out during a refresh leaves nothing behind, in any tab', async () => {
    visitor = await scene.visitor({ options: scene.options({ cacheLocation }) }, person.email);
    const tabs = [await visitor.openSignedIn(), await visitor.openSignedIn()] as const;
    await visitor.passTime(TOKEN_LIFETIME + 60, ...tabs);
    // The answer is held back in the page: not every browser lets a test hold it back outside.
    await tabs[0].evaluate(() => {
      const { fetch } = window;
      const isLet = new Promise<void>((resolve) => Object.assign(window, { letAnswer: resolve }));
      window.fetch = async (...given) => {
        const answer = await fetch(...given);
        if (answer.url.endsWith('/oauth/token')) await isLet;
        return answer;
      };
    });
    const asked = tabs[0].waitForRequest('**/oauth/token');
    await tabs[0].evaluate(() => {
      window.sdk.begin('renewal', () => window.sdk.client.credentialsManager.getCredentials());
    });
    await asked;
    await signOutHere(tabs[1]);
    await signedInAs(tabs[0], '');
    await tabs[0].evaluate(() => (window as unknown as { letAnswer(): void }).letAnswer());
    const late = await tabs[0].evaluate(() =>
      window.sdk.pending.renewal?.then(
        () => 'ok',
        (error: { type: string }) => error.type,
      ),
    );
    expect(late).toBe('NO_CREDENTIALS');
    for (const tab of tabs) {
      expect(await ask(tab)).toBe('NO_CREDENTIALS');
      expect(await leftBehind(tab)).toEqual([]);
    }
  });
});

it('signing in in one tab reaches the others that share its storage', async () => {
  visitor = await scene.visitor({}, person.email);
  const waiting = await visitor.open();
  await signedInAs(waiting, '');
  await visitor.openSignedIn();
  await signedInAs(waiting, person.email);
  expect(await ask(waiting)).toBe('ok');
});

it('clearSession signs out at the tenant too, and comes back to the app', async () => {
  visitor = await scene.visitor({}, person.email);
  const tab = await visitor.openSignedIn('/somewhere');
  await tab.evaluate(() => window.sdk.begin('logout', () => window.sdk.client.webAuth.clearSession()));
  await tab.waitForURL(`${scene.app.origin}/`);
  await signedInAs(tab, '');
  expect(await leftBehind(tab)).toEqual([]);
  await authorize(tab);
  await tab.waitForSelector('input[name="username"]');
});

it('a login that begins by itself on the way out does not call the sign-out off', async () => {
  visitor = await scene.visitor({ mode: 'react' }, person.email);
  const tab = await visitor.openSignedIn();
  scene.tenant.control.faults.add({ kind: 'delay', path: '/v2/logout', ms: 500, times: 1 });
  const logout = tab.waitForResponse('**/v2/logout*');
  await tab.evaluate(() => {
    const { sdk } = window;
    // What a guard does that sends everybody who is signed out to the login page.
    new MutationObserver(() => {
      if (document.documentElement.dataset.user === '') sdk.begin('again', () => sdk.hook.authorize());
    }).observe(document.documentElement, { attributeFilter: ['data-user'] });
    sdk.begin('logout', () => sdk.hook.clearSession());
  });
  expect((await logout).status()).toBe(302);
  await tab.waitForURL(`${scene.app.origin}/`);
  await signedInAs(tab, '');
});

it('S2, S36: no token, code or verifier is broadcast to other tabs', async () => {
  visitor = await scene.visitor({}, person.email);
  await visitor.context.addInitScript(() => {
    const { postMessage } = BroadcastChannel.prototype;
    BroadcastChannel.prototype.postMessage = function (message) {
      const heard = JSON.parse(sessionStorage.getItem('heard') ?? '[]');
      sessionStorage.setItem('heard', JSON.stringify([...heard, message]));
      postMessage.call(this, message);
    };
  });
  const tab = await visitor.openSignedIn();
  await visitor.passTime(TOKEN_LIFETIME + 60, tab);
  expect(await ask(tab)).toBe('ok');
  await signOutHere(tab);
  const heard: object[] = JSON.parse(await tab.evaluate(() => sessionStorage.getItem('heard') ?? '[]'));
  expect(heard.length).toBeGreaterThanOrEqual(3);
  for (const message of heard) expect(Object.keys(message)).toEqual(['type']);
});
