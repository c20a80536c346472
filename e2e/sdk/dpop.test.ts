import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { signedInAs, started } from '../support/sdk-page.ts';
import { authorize, person, type Scene, startScene, TOKEN_LIFETIME, type Visitor } from '../support/sdk-scene.ts';

const FILES = 'https://files.postern.test';
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

const visit = async (overrides: Parameters<Scene['options']>[0] = {}) => {
  visitor = await scene.visitor({ options: scene.options(overrides) }, person.email);
  return visitor.openSignedIn();
};

/** What page script can find out about the keys of this origin. */
const readKeys = (page: Page) =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('postern');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const read = <T>(work: (store: IDBObjectStore) => IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        const request = work(database.transaction('keys').objectStore('keys'));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const pairs = (await read((store) => store.getAll())) as CryptoKeyPair[];
    const names = (await read((store) => store.getAllKeys())).map(String);
    database.close();
    return Promise.all(
      pairs.map(async ({ publicKey, privateKey }, at) => {
        const exported = await Promise.allSettled(
          (['jwk', 'pkcs8'] as const).map((format) => crypto.subtle.exportKey(format, privateKey)),
        );
        return {
          name: names[at],
          algorithm: (privateKey.algorithm as EcKeyAlgorithm).namedCurve,
          extractable: privateKey.extractable,
          exports: exported.map(({ status }) => status),
          x: (await crypto.subtle.exportKey('jwk', publicKey)).x,
        };
      }),
    );
  });

const force = (page: Page) =>
  page.evaluate(() =>
    window.sdk.client.credentialsManager.getCredentials(undefined, 0, {}, true).then(
      ({ tokenType }) => tokenType,
      (error: { type: string }) => error.type,
    ),
  );

it('S27: one ES256 key per client, in IndexedDB, that script cannot export; it survives a reload', async () => {
  const page = await visit();
  const [key, ...others] = await readKeys(page);
  expect(others).toEqual([]);
  expect(key).toMatchObject({ algorithm: 'P-256', extractable: false, exports: ['rejected', 'rejected'] });
  expect(key?.name).toContain('postern-spa');
  await page.reload();
  await started(page);
  expect(await force(page)).toBe('DPoP');
  expect(await readKeys(page)).toEqual([key]);
});

it('S19: signing out in one tab removes the key for all', async () => {
  const page = await visit();
  const other = await visitor.open();
  await page.evaluate(() => window.sdk.client.credentialsManager.clearCredentials());
  expect(await readKeys(page)).toEqual([]);
  expect(await force(other)).toBe('NO_CREDENTIALS');
});

it('known failure 1d-35: IndexedDB wiped mid-session is a typed error and one clean new login', async () => {
  const page = await visit();
  const calls = visitor.tokenCalls();
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase('postern');
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
      }),
  );
  expect(await force(page)).toBe('DPOP_KEY_MISSING');
  expect(visitor.tokenCalls()).toBe(calls);
  expect(await page.evaluate(() => window.sdk.client.session.getSnapshot().user)).toBeNull();
  await authorize(page);
  await signedInAs(page, person.email);
  expect(await force(page)).toBe('DPoP');
});

it.each([-600, 600])('a clock %i s off still signs in and renews, with one retry', async (seconds) => {
  visitor = await scene.visitor({ options: scene.options() }, person.email);
  await visitor.context.addInitScript({ content: `window.sdkClockAheadMs = ${seconds * 1000};` });
  const page = await visitor.openSignedIn();
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('/oauth/token') && response.request().method() === 'POST')
      statuses.push(response.status());
  });
  expect(await force(page)).toBe('DPoP');
  expect(await force(page)).toBe('DPoP');
  expect(statuses).toEqual([200, 200]);
  await page.reload();
  await started(page);
  expect(await force(page)).toBe('DPoP');
  expect(statuses.slice(2)).toEqual([400, 200]);
});

it('S29: where every answer asks for a nonce, each first call costs one retry, and no more', async () => {
  await visit();
  // Another tab, which was told nothing yet.
  const page = await visitor.open();
  const statuses: Record<string, number[]> = {};
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.request().method() === 'OPTIONS') return;
    statuses[pathname] = [...(statuses[pathname] ?? []), response.status()];
  });
  const subject = await page.evaluate(async () => {
    const { credentialsManager, auth } = window.sdk.client;
    const { accessToken: token } = await credentialsManager.getCredentials();
    const { sub } = await auth.userInfo({ token });
    await credentialsManager.getCredentials(undefined, 0, {}, true);
    await auth.userInfo({ token: (await credentialsManager.getCredentials()).accessToken });
    return sub;
  });
  expect(subject).toBe('auth0|sample');
  // The nonce that the first call was told serves all the others.
  expect(statuses['/userinfo']).toEqual([401, 200, 200]);
  expect(statuses['/oauth/token']).toEqual([200]);

  // And those of the tab's next page.
  await page.reload();
  await started(page);
  await page.evaluate(async () => {
    const { credentialsManager, auth } = window.sdk.client;
    await auth.userInfo({ token: (await credentialsManager.getCredentials(undefined, 0, {}, true)).accessToken });
  });
  expect(statuses['/userinfo']).toEqual([401, 200, 200, 200]);
  expect(statuses['/oauth/token']).toEqual([200, 200]);
});

it('known failure 1a-3: two APIs at once in three tabs, again and again, and no reuse at the tenant', async () => {
  const first = await visit({ useMrrt: true });
  const tabs = [first, await visitor.open(), await visitor.open()];
  for (let round = 0; round < 3; round++) {
    await visitor.passTime(TOKEN_LIFETIME * 30, ...tabs);
    const calls = visitor.tokenCalls();
    const all = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(async (files) => {
          const { credentialsManager: manager } = window.sdk.client;
          const tokens = await Promise.all([manager.getCredentials(), manager.getApiCredentials(files)]);
          return tokens.map(({ accessToken }) => accessToken);
        }, FILES),
      ),
    );
    expect(new Set(all.flat()).size).toBe(2);
    expect(visitor.tokenCalls() - calls).toBe(2);
  }
  expect(await scene.tenant.control.events.list({ type: 'refresh.reuse_detected' })).toEqual([]);
});

it('exchanges that a browser cannot make are refused as such', async () => {
  const page = await visit();
  const codes = await page.evaluate(() => {
    const { credentialsManager, auth } = window.sdk.client;
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'resolved',
        (error: { code: string }) => error.code,
      );
    return Promise.all([
      codeOf(credentialsManager.getSSOCredentials()),
      codeOf(auth.ssoExchange({ refreshToken: 'r' })),
    ]);
  });
  expect(codes).toEqual(['unsupported_operation', 'unsupported_operation']);
});
