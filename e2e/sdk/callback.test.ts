import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fillLogin, signedInAs, started } from '../support/sdk-page.ts';
import { authorize, person, type Scene, startScene, type Visitor } from '../support/sdk-scene.ts';

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

const hookError = (page: Page) =>
  page.evaluate(() => {
    const { error } = window.sdk.hook;
    return error && { type: error.type, code: error.code, message: error.message };
  });

describe('in React, in StrictMode', () => {
  it('known failure 1c-22: a callback is one token call, a user and no error', async () => {
    visitor = await scene.visitor({ mode: 'react' });
    const page = await visitor.open();
    await authorize(page, { appState: { returnTo: '/notes' } });
    await fillLogin(page, person);
    await signedInAs(page, person.email);
    expect(await hookError(page)).toBeNull();
    expect(visitor.tokenCalls()).toBe(1);
    expect(await page.evaluate(() => window.sdk.callbacks)).toEqual([{ returnTo: '/notes' }]);
  });

  it('known failure 1b-19: an error callback keeps the server’s error_description, and the URL is cleaned', async () => {
    visitor = await scene.visitor({ mode: 'react' });
    const page = await visitor.open();
    await authorize(page, { redirectUrl: `${scene.app.origin}/here?x=1`, additionalParameters: { prompt: 'none' } });
    await page.waitForURL(`${scene.app.origin}/here?x=1`);
    await page.waitForFunction(() => document.documentElement.dataset.error !== '');
    expect(await hookError(page)).toEqual({ type: 'ACCESS_DENIED', code: 'login_required', message: 'Login required' });

    // Web peers 13: what went wrong was said once; a reload starts afresh.
    await page.reload();
    await started(page);
    expect(await hookError(page)).toBeNull();
  });

  it('S24: code and state leave the address bar; other parameters, hash and history.state stay', async () => {
    visitor = await scene.visitor({ mode: 'react' }, person.email);
    const page = await visitor.open();
    await authorize(page, { redirectUrl: `${scene.app.origin}/router/deep?filter=a%20b&x=1` });
    await signedInAs(page, person.email);
    expect(page.url()).toBe(`${scene.app.origin}/router/deep?filter=a%20b&x=1&tab=2#/part`);
    await page.reload();
    await signedInAs(page, person.email);
    expect(visitor.tokenCalls()).toBe(1);
  });

  it('S24: nothing is asked of anybody else before the code has left the address bar', async () => {
    visitor = await scene.visitor({ mode: 'react' }, person.email);
    const page = await visitor.open();
    const urls: string[] = [];
    await page.exposeFunction('note', (url: string) => urls.push(url));
    await page.addInitScript(() => {
      const { fetch } = window;
      window.fetch = (...args) => {
        (window as unknown as { note(url: string): void }).note(location.href);
        return fetch(...args);
      };
    });
    await authorize(page);
    await signedInAs(page, person.email);
    expect(urls.length).toBeGreaterThan(0);
    for (const url of urls) expect(url).not.toContain('code=');
  });
});

it.each([
  ['a code and state of somebody else', '/back?code=theirs&state=theirs&x=1#part'],
  ['an error of the app itself', '/back?error=not_found&x=1#part'],
  ['an error with a foreign state', '/back?error=access_denied&state=theirs#part'],
])('known failure 1c-23: %s is left alone, and the session restored', async (_, path) => {
  visitor = await scene.visitor({}, person.email);
  await visitor.openSignedIn();
  const calls = visitor.tokenCalls();
  const page = await visitor.open(path);
  await signedInAs(page, person.email);
  expect(page.url()).toBe(scene.app.origin + path);
  expect(visitor.tokenCalls()).toBe(calls);
  expect(await page.evaluate(() => window.sdk.client.session.getSnapshot().error)).toBeNull();
});

it('known failure 1c-23: with skipRedirectCallback even a callback of ours is left to the app', async () => {
  visitor = await scene.visitor({ skipRedirectCallback: true }, person.email);
  const page = await visitor.open();
  await authorize(page, { appState: { returnTo: '/x' } });
  await page.waitForURL('**/*code=*');
  await started(page);
  expect(visitor.tokenCalls()).toBe(0);
  const result = await page.evaluate(() => window.sdk.client.webAuth.handleRedirectCallback());
  expect(result.appState).toEqual({ returnTo: '/x' });
  await signedInAs(page, person.email);
  expect(page.url()).toBe(`${scene.app.origin}/`);
});

it('resumeSession takes up the login that waits in the address, once; where none waits it is null', async () => {
  visitor = await scene.visitor({ mode: 'react', skipRedirectCallback: true }, person.email);
  const page = await visitor.open();
  const resume = () => page.evaluate(async () => (await window.sdk.hook.resumeSession())?.tokenType ?? null);
  expect(await resume()).toBeNull();
  await authorize(page);
  await page.waitForURL(/code=/);
  await started(page);
  expect(await resume()).toBe('DPoP');
  await signedInAs(page, person.email);
  expect(await resume()).toBeNull();
  expect(visitor.tokenCalls()).toBe(1);
});

it('S3, S4: a forged state is ignored and does not destroy a login under way', async () => {
  visitor = await scene.visitor({});
  const page = await visitor.open();
  await authorize(page);
  await page.waitForSelector('input[name="username"]');
  const login = page.url();
  await page.goto(`${scene.app.origin}/?code=forged&state=forged`);
  await started(page);
  await page.goto(`${scene.app.origin}/?error=access_denied&error_description=gone&state=forged`);
  await started(page);
  expect(visitor.tokenCalls()).toBe(0);
  await page.goto(login);
  await fillLogin(page, person);
  await signedInAs(page, person.email);
});

it('S3: a callback URL works once', async () => {
  visitor = await scene.visitor({}, person.email);
  const page = await visitor.open();
  const callback = page.waitForRequest((request) => request.url().includes('code='));
  await authorize(page);
  const url = (await callback).url();
  await signedInAs(page, person.email);
  await page.evaluate(() => window.sdk.client.credentialsManager.clearCredentials());
  await page.goto(url);
  await started(page);
  await signedInAs(page, '');
  expect(visitor.tokenCalls()).toBe(1);
  const again = await page.evaluate(() =>
    window.sdk.client.webAuth.handleRedirectCallback().catch((error: { type: string }) => error.type),
  );
  expect(again).toBe('INVALID_STATE');
});

it('two logins at once, in two tabs, both complete', async () => {
  visitor = await scene.visitor({ options: scene.options({ cacheLocation: 'memory' }) });
  const [one, two] = [await visitor.open('/one'), await visitor.open('/two')];
  await authorize(one, { redirectUrl: `${scene.app.origin}/one` });
  await authorize(two, { redirectUrl: `${scene.app.origin}/two` });
  await two.waitForSelector('input[name="username"]');
  await fillLogin(one, person);
  await signedInAs(one, person.email);
  await fillLogin(two, { ...person, email: 'other@example.com' });
  await signedInAs(two, 'other@example.com');
  expect(visitor.tokenCalls()).toBe(2);
});

it('S3, web peers 13: a callback whose token request got lost is finished by a reload, once', async () => {
  visitor = await scene.visitor({ mode: 'react' }, person.email);
  const tokens = `${scene.tenant.context.issuer}oauth/token`;
  await visitor.context.route(tokens, (route) => route.abort('internetdisconnected'));
  const page = await visitor.open();
  await authorize(page, { appState: { returnTo: '/notes' } });
  await page.waitForFunction(() => document.documentElement.dataset.error === 'NETWORK_ERROR');
  await signedInAs(page, '');
  expect(page.url()).not.toContain('code=');
  await visitor.context.unroute(tokens);
  await page.reload();
  await signedInAs(page, person.email);
  expect(await hookError(page)).toBeNull();
  expect(await page.evaluate(() => window.sdk.callbacks)).toEqual([{ returnTo: '/notes' }]);
  expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('login.')))).toEqual([]);
  const calls = visitor.tokenCalls();
  await page.evaluate(() => window.sdk.hook.clearCredentials());
  await page.reload();
  await started(page);
  await signedInAs(page, '');
  expect(visitor.tokenCalls()).toBe(calls);
});

it('web peers 13: a login survives a reload of its callback page, without a second token call', async () => {
  visitor = await scene.visitor({}, person.email);
  const page = await visitor.openSignedIn();
  await page.reload();
  await signedInAs(page, person.email);
  expect(visitor.tokenCalls()).toBe(1);
});
