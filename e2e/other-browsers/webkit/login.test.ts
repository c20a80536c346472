import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { fillLogin, person, type Stage, showsUser, signIn, startStage } from './stage.ts';
import type { Tab } from './webkit.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());
afterEach(() => stage.reset());

/** The person clicks "Log in"; the popup blocker allows what a click opens. */
async function clickLogin(tab: Tab): Promise<Tab> {
  await tab.evaluate(() => {
    const button = document.createElement('button');
    button.textContent = 'Log in';
    button.onclick = () => window.sdk.begin('login', () => window.sdk.client.webAuth.authorize({}, { mode: 'popup' }));
    document.body.replaceChildren(button);
  });
  await tab.click('button');
  return tab.popup();
}

/** `ok`, or the `type` of the error it ended in. */
const outcome = (tab: Tab) =>
  tab.evaluate(() =>
    window.sdk.pending.login?.then(
      () => 'ok',
      (error) => String(error.type ?? error),
    ),
  );

it('by a popup leaves the page where it is, and closes the popup', async () => {
  const tab = await stage.visit({ cacheLocation: 'memory' });
  await fillLogin(await clickLogin(tab));
  expect(await outcome(tab)).toBe('ok');
  await showsUser(tab, person.email);
  await expect.poll(() => tab.countTabs()).toBe(1);
});

it('by a popup that the person closes is USER_CANCELLED', async () => {
  const tab = await stage.visit();
  const popup = await clickLogin(tab);
  await popup.waitFor('input[name="username"]');
  // Nobody reads a page faster.
  await new Promise((resolve) => setTimeout(resolve, 600));
  await popup.close();
  expect(await outcome(tab)).toBe('USER_CANCELLED');
});

it('by a popup that no click asked for is BROWSER_NOT_AVAILABLE', async () => {
  const tab = await stage.visit();
  await tab.evaluate(() => window.sdk.begin('login', () => window.sdk.client.webAuth.authorize({}, { mode: 'popup' })));
  expect(await outcome(tab)).toBe('BROWSER_NOT_AVAILABLE');
});

it('is silent where the browser has a session at the tenant', async () => {
  const tab = await stage.visit({ cacheLocation: 'memory' });
  await signIn(tab);
  const issued = await stage.countAnswers();
  await tab.evaluate(() => window.sdk.client.credentialsManager.clearCredentials());
  await tab.evaluate(async () => void (await window.sdk.client.webAuth.checkWebSession()));
  await showsUser(tab, person.email);
  expect(await stage.countAnswers()).toBe(issued + 1);
});

it('web peers: is soon refused, silently, where the tenant is another site, whose cookies WebKit keeps back', async () => {
  const tab = await stage.visit({ cacheLocation: 'memory' }, { origin: stage.origins.otherSite });
  await signIn(tab);
  await tab.goto(`${stage.origins.otherSite}/`);
  await tab.waitFor('html[data-loading="false"]');
  await showsUser(tab, '');
});

it('web peers: at another site outlives a reload by its stored refresh token', async () => {
  const tab = await stage.visit({ cacheLocation: 'localstorage' }, { origin: stage.origins.otherSite });
  await signIn(tab);
  await tab.goto(`${stage.origins.otherSite}/`);
  await showsUser(tab, person.email);
  await stage.passTime(90_000, tab);
  const renewed = await tab.evaluate(() =>
    window.sdk.client.credentialsManager.getCredentials().then(
      () => 'ok',
      (error) => String(error.type ?? error),
    ),
  );
  expect(renewed).toBe('ok');
});
