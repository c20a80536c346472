import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { person, type Stage, showsUser, signIn, startStage } from './stage.ts';
import type { Tab } from './webkit.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());
afterEach(() => stage.reset());

/** `ok`, or the `type` of the error. */
const ask = (tab: Tab) =>
  tab.evaluate(() =>
    window.sdk.client.credentialsManager.getCredentials().then(
      () => 'ok',
      (error) => String(error.type ?? error),
    ),
  );

/** What the tenant says to a request with the token and a proof of the key that it is bound to. */
const askUserInfo = (tab: Tab) =>
  tab.evaluate(async () => {
    const { client } = window.sdk;
    const { accessToken, tokenType } = await client.credentialsManager.getCredentials();
    const url = `${window.sdkConfig.options.domain}/userinfo`;
    const send = async (nonce?: string) => {
      const proof = { url, method: 'GET', accessToken, tokenType, ...(nonce ? { nonce } : {}) };
      return fetch(url, { headers: await client.getDPoPHeaders(proof) });
    };
    const first = await send();
    const nonce = first.headers.get('dpop-nonce');
    const { status } = first.status === 401 && nonce ? await send(nonce) : first;
    return { tokenType, status };
  });

describe.each(['memory', 'localstorage', 'indexeddb'] as const)('tokens in %s', (cacheLocation) => {
  it('a login by redirect is bound to a key, is there after a reload, and ends at the tenant, too', async () => {
    const tab = await stage.visit({ cacheLocation });
    await signIn(tab);
    expect(await tab.url()).toBe(`${stage.origins.sameSite}/`);
    expect(await askUserInfo(tab)).toEqual({ tokenType: 'DPoP', status: 200 });
    await tab.goto(`${stage.origins.sameSite}/`);
    await showsUser(tab, person.email);
    expect(await askUserInfo(tab)).toEqual({ tokenType: 'DPoP', status: 200 });
    await tab.evaluate(() => window.sdk.begin('logout', () => window.sdk.client.webAuth.clearSession()));
    await tab.waitForUrl(stage.origins.sameSite);
    await showsUser(tab, '');
    expect(await tab.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('credentials')))).toEqual(
      [],
    );
    const sessions = await stage.tenant.control.sessions.list();
    expect(sessions.map(({ endedAt }) => typeof endedAt)).toEqual(['number']);
  });

  it('S19: signing out in one tab signs another out', async () => {
    const tab = await stage.visit({ cacheLocation });
    await signIn(tab);
    const other = await stage.openAnother(tab);
    await showsUser(other, person.email);
    await tab.evaluate(() => window.sdk.client.credentialsManager.clearCredentials());
    await showsUser(other, '');
  });
});

describe.each(['localstorage', 'indexeddb'] as const)('tokens in %s', (cacheLocation) => {
  it('S16: 3 tabs x 20 calls with an expired token make one refresh', async () => {
    const tab = await stage.visit({ cacheLocation, scope: 'openid profile email offline_access' });
    await signIn(tab);
    const tabs = [tab, await stage.openAnother(tab), await stage.openAnother(tab)];
    await stage.passTime(90_000, ...tabs);
    // Begun in each before any is asked for the outcome: WebDriver has one tab at a time.
    for (const one of tabs)
      await one.evaluate(() =>
        window.sdk.begin('all', () =>
          Promise.all(Array.from({ length: 20 }, () => window.sdk.client.credentialsManager.getCredentials())),
        ),
      );
    const tokens = new Set<string>();
    for (const one of tabs) {
      const got = await one.evaluate(async () => (await window.sdk.pending.all) as { accessToken: string }[]);
      for (const { accessToken } of got) tokens.add(accessToken);
    }
    expect(tokens.size).toBe(1);
    expect(await stage.countAnswers()).toBe(2);
  });
});

it('S17: a dead refresh token is one sign-out, an empty store, and no loop', async () => {
  const tab = await stage.visit({ cacheLocation: 'localstorage' });
  await signIn(tab);
  for (const { id } of await stage.tenant.control.families.list()) await stage.tenant.control.families.revoke(id);
  await stage.passTime(90_000, tab);
  expect(await ask(tab)).toBe('RENEW_FAILED');
  await showsUser(tab, '');
  expect(await ask(tab)).toBe('NO_CREDENTIALS');
});

it('a renewal that finds nobody says NO_NETWORK and loses nothing', async () => {
  const tab = await stage.visit({ cacheLocation: 'indexeddb' });
  await signIn(tab);
  await stage.passTime(90_000, tab);
  stage.tenant.control.faults.add({ kind: 'drop', path: '/oauth/token', times: 5 });
  expect(await ask(tab)).toBe('NO_NETWORK');
  await showsUser(tab, person.email);
  stage.tenant.control.faults.clear();
  expect(await ask(tab)).toBe('ok');
});

it('known failure 1c-22: in React, in StrictMode, a callback is a user and no error', async () => {
  const tab = await stage.visit({ cacheLocation: 'localstorage' }, { mode: 'react' });
  await signIn(tab);
  await tab.waitFor('html[data-error=""]');
  expect(await stage.countAnswers()).toBe(1);
});

it('a page that the Back button brings back looks again at what is stored', async () => {
  const tab = await stage.visit({ cacheLocation: 'localstorage' });
  await signIn(tab);
  await tab.goto(`${stage.tenant.context.issuer}.well-known/jwks.json`);
  const other = await stage.openAnother(tab);
  await other.evaluate(() => localStorage.clear());
  await tab.evaluate(() => void setTimeout(() => history.back()));
  await tab.waitForUrl(`${stage.origins.sameSite}/`);
  await showsUser(tab, '');
});

it('has no passkeys, and says so', async () => {
  const tab = await stage.visit();
  const code = await tab.evaluate(() =>
    window.sdk.passkeys.signIn(window.sdk.client, {}).then(
      () => 'no error',
      (error) => String(error.code),
    ),
  );
  expect(code).toBe('passkey_not_supported');
});
