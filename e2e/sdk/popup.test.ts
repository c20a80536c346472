import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserName } from '../support/browser.ts';
import { fillLogin, signedInAs, timePasses } from '../support/sdk-page.ts';
import { person, type Scene, startScene, type Visitor } from '../support/sdk-scene.ts';

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

/** The person clicks "Log in"; the call's outcome is kept as `name`. */
async function clickLogin(page: Page, name = 'login', parameters: object = {}, options: object = {}): Promise<Page> {
  await page.evaluate(
    ([key, given, more]) => {
      const button = document.createElement('button');
      button.textContent = 'Log in';
      button.onclick = () => {
        const { sdk, sdkConfig } = window;
        const run = sdkConfig.mode === 'react' ? sdk.hook.authorize : sdk.client.webAuth.authorize;
        sdk.begin(key, () => run(given, { mode: 'popup', ...more }));
      };
      document.body.replaceChildren(button);
    },
    [name, parameters, options] as const,
  );
  const [popup] = await Promise.all([visitor.context.waitForEvent('page'), page.click('button')]);
  return popup;
}

/** `ok`, or the `type` of the error it ended in. */
const outcome = (page: Page, name = 'login') =>
  page.evaluate(
    (key) =>
      window.sdk.pending[key]?.then(
        () => 'ok',
        (error: { type: string }) => error.type,
      ),
    name,
  );

const gone = async (popup: Page) => {
  if (!popup.isClosed()) await popup.waitForEvent('close');
};

describe.each(['/', '/coop/'])('from a page at %s', (path) => {
  it('signs in without leaving the page', async () => {
    visitor = await scene.visitor({ options: scene.options({ cacheLocation: 'memory' }) });
    const page = await visitor.open(path);
    const popup = await clickLogin(page, 'login', { redirectUrl: scene.app.origin + path });
    await fillLogin(popup, person);
    expect(await outcome(page)).toBe('ok');
    await signedInAs(page, person.email);
    await gone(popup);
    expect(visitor.tokenCalls()).toBe(1);
    expect(page.url()).toBe(scene.app.origin + path);
  });
});

it('starts nothing in its callback page: no session, no renewal', async () => {
  visitor = await scene.visitor({}, person.email);
  const page = await visitor.open();
  const requests: string[] = [];
  visitor.context.on('request', (request) => {
    if (request.resourceType() === 'fetch' && request.frame().page() !== page) requests.push(request.url());
  });
  const popup = await clickLogin(page);
  expect(await outcome(page)).toBe('ok');
  await gone(popup);
  expect(requests).toEqual([]);
});

it('closed by the person is USER_CANCELLED; the hook shows it and the user stays', async () => {
  visitor = await scene.visitor({ mode: 'react' });
  const page = await visitor.open();
  const popup = await clickLogin(page);
  await popup.waitForSelector('input[name="username"]');
  await timePasses(page);
  await popup.close();
  expect(await outcome(page)).toBe('USER_CANCELLED');
  await page.waitForSelector('html[data-error="USER_CANCELLED"]', { state: 'attached' });
  // Web peers 17: opening another one works.
  const again = await clickLogin(page, 'again');
  await fillLogin(again, person);
  expect(await outcome(page, 'again')).toBe('ok');
  await signedInAs(page, person.email);
  expect(await page.getAttribute('html', 'data-error')).toBe('');
});

it('denied at the tenant closes the popup with the server’s error', async () => {
  visitor = await scene.visitor({});
  const page = await visitor.open();
  const popup = await clickLogin(page, 'login', { additionalParameters: { prompt: 'none' } });
  expect(await outcome(page)).toBe('ACCESS_DENIED');
  await gone(popup);
});

it('web peers 18: opens the window within the click, before anything is awaited', async () => {
  visitor = await scene.visitor({});
  const page = await visitor.open();
  const isOpenAtOnce = await page.evaluate(() => {
    let isOpen = false;
    const { open } = window;
    window.open = () => {
      isOpen = true;
      return null;
    };
    window.sdk.begin('login', () => window.sdk.client.webAuth.authorize({}, { mode: 'popup' }));
    window.open = open;
    return isOpen;
  });
  expect(isOpenAtOnce).toBe(true);
  expect(await outcome(page)).toBe('BROWSER_NOT_AVAILABLE');
});

// What Playwright runs in a Firefox counts as a click there.
it.runIf(browserName === 'chromium')('blocked by the browser is BROWSER_NOT_AVAILABLE', async () => {
  visitor = await scene.visitor({});
  const page = await visitor.context.newPage();
  await page.addInitScript(() => {
    addEventListener('load', () => {
      window.sdk.begin('login', () => window.sdk.client.webAuth.authorize({}, { mode: 'popup' }));
    });
  });
  await page.goto(scene.app.origin);
  await page.waitForFunction(() => window.sdk.pending.login !== undefined);
  expect(await outcome(page)).toBe('BROWSER_NOT_AVAILABLE');
});

it('open for too long is TIMEOUT_ERROR', async () => {
  visitor = await scene.visitor({});
  const page = await visitor.open();
  const popup = await clickLogin(page, 'login', {}, { timeoutMs: 800 });
  expect(await outcome(page)).toBe('TIMEOUT_ERROR');
  await gone(popup);
});

it('cancelWebAuth ends it', async () => {
  visitor = await scene.visitor({});
  const page = await visitor.open();
  const popup = await clickLogin(page);
  await popup.waitForSelector('input[name="username"]');
  await page.evaluate(() => window.sdk.client.webAuth.cancelWebAuth());
  expect(await outcome(page)).toBe('USER_CANCELLED');
  await gone(popup);
});

it('two at once both complete', async () => {
  visitor = await scene.visitor({ options: scene.options({ cacheLocation: 'memory' }) });
  const page = await visitor.open();
  const first = await clickLogin(page, 'first');
  const second = await clickLogin(page, 'second');
  await second.waitForSelector('input[name="username"]');
  await fillLogin(first, person);
  expect(await outcome(page, 'first')).toBe('ok');
  await fillLogin(second, { ...person, email: 'other@example.com' });
  expect(await outcome(page, 'second')).toBe('ok');
  await signedInAs(page, 'other@example.com');
});
