import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { browserName, launchBrowser } from '../support/browser.ts';
import { type SdkApp, startSdkApp, timePasses } from '../support/sdk-page.ts';

/** The browser's windows against an issuer that does as each test says, the wrong things above all. */

let browser: Browser;
let app: SdkApp;
let issuer: Server;
let issuerOrigin: string;
/** The same server under an origin that is not the issuer's. */
let elsewhere: string;
let context: BrowserContext;
let page: Page;

const post = (target: string, state: string, origin: string) => `<script>
  ${target}.postMessage({ type: 'authorization_response', response: { code: 'c0de', state: '${state}' } }, '${origin}');
</script>`;

/** `/KIND?state=…&redirect_uri=…` */
function answer(url: URL): { status: number; headers?: Record<string, string>; body?: string } {
  const state = url.searchParams.get('state') ?? '';
  const redirect = new URL(url.searchParams.get('redirect_uri') ?? issuerOrigin);
  redirect.searchParams.set('code', 'c0de');
  redirect.searchParams.set('state', state);
  const html = { 'content-type': 'text/html' };
  switch (url.pathname) {
    case '/redirect':
      return { status: 302, headers: { location: redirect.href } };
    case '/to-opener':
      return { status: 200, headers: html, body: post('opener', state, app.origin) };
    case '/to-parent':
      return { status: 200, headers: html, body: post('parent', state, app.origin) };
    case '/other-state':
      return { status: 200, headers: html, body: post('(opener ?? parent)', 'other', app.origin) };
    case '/refuses-frames':
      return { status: 200, headers: { ...html, 'x-frame-options': 'DENY' }, body: 'Log in' };
    default:
      return { status: 200, headers: { ...html, 'access-control-allow-origin': '*' }, body: `<p>${url.pathname}</p>` };
  }
}

beforeAll(async () => {
  browser = await launchBrowser();
  app = await startSdkApp('user-agent.ts');
  issuer = createServer((request, response) => {
    if (request.url?.startsWith('/hangs')) return;
    const { status, headers, body } = answer(new URL(request.url ?? '/', issuerOrigin));
    const send = () => response.writeHead(status, headers).end(body);
    if (request.url?.startsWith('/slow')) setTimeout(send, 300);
    else send();
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  const { port } = issuer.address() as AddressInfo;
  issuerOrigin = `http://127.0.0.1:${port}`;
  elsewhere = `http://localhost:${port}`;
});

afterAll(async () => {
  await browser.close();
  await app.close();
  issuer.closeAllConnections();
  issuer.close();
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
});

afterEach(async () => {
  await context.close();
});

async function open(path = '/'): Promise<void> {
  await page.goto(app.origin + path);
  await page.waitForSelector('html[data-handed-over="false"]', { state: 'attached' });
}

function request(kind: string, { timeoutMs = 20_000, path = '/callback' } = {}) {
  const redirectUri = app.origin + path;
  const state = `st${Math.random()}`;
  const url = `${issuerOrigin}/${kind}?${new URLSearchParams({ state, redirect_uri: redirectUri })}`;
  return { url, redirectUri, state, issuerOrigin, timeoutMs };
}

type Request = ReturnType<typeof request>;

/** Opens a popup as a click does: the popup blocker allows it. */
async function presentOnClick(mode: 'popup', given: Request): Promise<Page> {
  await page.evaluate(
    ([how, what]) => {
      const button = document.createElement('button');
      button.textContent = 'Log in';
      button.onclick = () => window.present(how, what);
      document.body.replaceChildren(button);
    },
    [mode, given] as const,
  );
  const [popup] = await Promise.all([context.waitForEvent('page'), page.click('button')]);
  return popup;
}

/** As a page navigates by itself; a navigation by the debugger would cut the popup off from its opener. */
const navigate = (popup: Page, url: string) =>
  popup.evaluate((href) => {
    location.href = href;
  }, url);

const outcome = () => page.evaluate(() => window.outcome);

describe('a popup', () => {
  it('resolves with the callback of its own web_message and closes', async () => {
    await open();
    const given = request('to-opener');
    const popup = await presentOnClick('popup', given);
    const { url } = await outcome();
    expect(url).toBe(`${given.redirectUri}?code=c0de&state=${given.state}`);
    if (!popup.isClosed()) await popup.waitForEvent('close');
  });

  it('takes the callback from its own callback page', async () => {
    await open();
    const given = request('redirect', { path: '/callback?keep=1' });
    const popup = await presentOnClick('popup', given);
    expect((await outcome()).url).toBe(`${given.redirectUri}&code=c0de&state=${given.state}`);
    if (!popup.isClosed()) await popup.waitForEvent('close');
  });

  it('web peers 17: cut off by COOP, its callback page hands the URL over and closes', async () => {
    await open('/coop/');
    const given = request('redirect', { path: '/coop/callback' });
    const popup = await presentOnClick('popup', given);
    expect((await outcome()).url).toBe(`${given.redirectUri}?code=c0de&state=${given.state}`);
    if (!popup.isClosed()) await popup.waitForEvent('close');
  });

  it('web peers 17: cut off by COOP is not taken for closed by the person', async () => {
    await open('/coop/');
    const popup = await presentOnClick('popup', request('login', { timeoutMs: 2500, path: '/coop/callback' }));
    await popup.waitForLoadState();
    const { code, ms } = await outcome();
    expect(code).toBe('timeout');
    expect(ms).toBeGreaterThanOrEqual(2500);
  });

  it.runIf(browserName === 'chromium')(
    'web peers 17: nor when a look falls between its leaving the blank page and the cut',
    async () => {
      await open('/coop/');
      await page.evaluate(() => {
        const { open: realOpen, setInterval: realInterval } = window;
        const looks: (() => void)[] = [];
        Object.assign(window, {
          open: (...given: Parameters<typeof realOpen>) => {
            const popup = realOpen.apply(window, given);
            // Chromium first takes the page out of our reach, and only then says "closed": a look at just that time.
            const isOutOfReach = () => {
              try {
                return popup?.closed === false && popup.location.href === '';
              } catch {
                return true;
              }
            };
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => {
              if (!isOutOfReach()) return void (popup?.closed || port2.postMessage('again'));
              // Twice: on a busy machine that time is longer than it takes to look again.
              for (const look of [...looks, ...looks]) look();
              document.documentElement.dataset.looked = 'true';
            };
            port2.postMessage('look');
            return popup;
          },
          setInterval: (look: () => void, ms: number) => {
            looks.push(look);
            return realInterval(look, ms);
          },
        });
      });
      await presentOnClick('popup', request('login', { timeoutMs: 2500, path: '/coop/callback' }));
      const { code, ms } = await outcome();
      expect(await page.getAttribute('html', 'data-looked')).toBe('true');
      expect(code).toBe('timeout');
      expect(ms).toBeGreaterThanOrEqual(2500);
    },
  );

  it('S36: what crosses the BroadcastChannel shows neither code nor state', async () => {
    await context.addInitScript(() => {
      const { postMessage } = BroadcastChannel.prototype;
      BroadcastChannel.prototype.postMessage = function (message) {
        const text = [this.name, JSON.stringify(message), ...bytesIn(message)].join(' ');
        localStorage.setItem(`heard ${Math.random()}`, text);
        postMessage.call(this, message);
      };
      const bytesIn = (message: unknown) =>
        Object.values(Object(message))
          .filter((value) => typeof value === 'object')
          .map((value) => new TextDecoder().decode(value as ArrayBuffer));
    });
    await open('/coop/');
    const given = request('redirect', { path: '/coop/callback' });
    await presentOnClick('popup', given);
    expect((await outcome()).url).toContain('code=c0de');
    const heard = await page.evaluate(() => Object.values(localStorage).join('\n'));
    expect(heard).toContain('postern.popup');
    expect(heard).not.toContain('c0de');
    expect(heard).not.toContain(given.state);
  });

  it('closed by the person is a0.session.user_cancelled, soon', async () => {
    await open();
    const popup = await presentOnClick('popup', request('login'));
    await popup.waitForSelector('p');
    await timePasses(page);
    await popup.close();
    expect(await outcome()).toMatchObject({ code: 'a0.session.user_cancelled' });
  });

  it('web peers 17: closed by the person while still blank is a0.session.user_cancelled, soon', async () => {
    await open();
    const popup = await presentOnClick('popup', request('hangs'));
    await page.waitForTimeout(150);
    // As a person closes it: Playwright's own close skips the page's `beforeunload`.
    await popup.close({ runBeforeUnload: true });
    expect(await outcome()).toMatchObject({ code: 'a0.session.user_cancelled' });
  });

  it('web peers 17: closed by the person before there was a URL to show is a0.session.user_cancelled', async () => {
    await open();
    await page.evaluate((given) => {
      const button = document.createElement('button');
      button.textContent = 'Log in';
      const openWindow = window.open.bind(window);
      window.open = (...given) => {
        window.lastPopup = openWindow(...given);
        return window.lastPopup;
      };
      button.onclick = () => {
        const prepared = window.platform.userAgent.prepare('popup');
        window.presentPrepared = () =>
          prepared.present({ ...given, mode: 'popup' }).then(
            () => 'callback',
            (error: Error & { code: string }) => error.code,
          );
      };
      document.body.replaceChildren(button);
    }, request('login'));
    const [popup] = await Promise.all([context.waitForEvent('page'), page.click('button')]);
    await popup.close();
    // The opener hears of it a moment later than we do; before that moment it is no different from a window cut off.
    await page.waitForFunction(() => window.lastPopup?.closed);
    expect(await page.evaluate(() => window.presentPrepared())).toBe('a0.session.user_cancelled');
  });

  // What Playwright runs in a Firefox counts as a click there.
  it.runIf(browserName === 'chromium')(
    'that the browser blocks, for want of a click, is a0.browser_not_available',
    async () => {
      await page.addInitScript((given) => {
        addEventListener('load', () => window.present('popup', given));
      }, request('to-opener'));
      await open();
      expect(await outcome()).toMatchObject({ code: 'a0.browser_not_available' });
      expect(context.pages()).toHaveLength(1);
    },
  );

  it('open for too long is timeout, and is closed', async () => {
    await open();
    const popup = await presentOnClick('popup', request('login', { timeoutMs: 700 }));
    expect(await outcome()).toMatchObject({ code: 'timeout' });
    if (!popup.isClosed()) await popup.waitForEvent('close');
  });

  it.each([0, 20, 80])('is ended by cancel(), and is closed, %i ms after the click', async (ms) => {
    await open();
    const popup = await presentOnClick('popup', request('login'));
    await page.waitForTimeout(ms);
    await page.evaluate(() => window.platform.userAgent.cancel());
    expect(await outcome()).toMatchObject({ code: 'a0.session.user_cancelled' });
    if (!popup.isClosed()) await popup.waitForEvent('close');
  });

  it('is not told to close on its way to another origin, where Chromium would lose it', async () => {
    await open();
    await page.evaluate(() => {
      const realOpen = window.open.bind(window);
      window.open = (...given) => {
        const popup = realOpen(...given);
        // Of our blank page alone: the next one has its own.
        if (popup) popup.close = () => document.documentElement.setAttribute('data-closed-on-its-way', '');
        return popup;
      };
    });
    const popup = await presentOnClick('popup', request('slow'));
    await page.evaluate(() => window.platform.userAgent.cancel());
    expect(await outcome()).toMatchObject({ code: 'a0.session.user_cancelled' });
    if (!popup.isClosed()) await popup.waitForEvent('close');
    expect(await page.getAttribute('html', 'data-closed-on-its-way')).toBeNull();
  });

  it('is ended by cancel(), and is closed, when its page never comes', async () => {
    await open();
    const popup = await presentOnClick('popup', request('hangs'));
    await page.evaluate(() => window.platform.userAgent.cancel());
    expect(await outcome()).toMatchObject({ code: 'a0.session.user_cancelled' });
    if (!popup.isClosed()) await popup.waitForEvent('close');
  });

  it('S26: ignores the right message from the wrong window, and from the wrong origin', async () => {
    await open();
    const given = request('login');
    const popup = await presentOnClick('popup', given);
    await popup.waitForSelector('p');
    // From this very window, which is neither the popup nor of the issuer.
    await page.evaluate(
      (state) => postMessage({ type: 'authorization_response', response: { code: 'forged', state } }, '*'),
      given.state,
    );
    // From a frame of the issuer's origin, that we did not open for this login.
    await page.evaluate(
      (src) => {
        const frame = document.createElement('iframe');
        frame.src = src;
        document.body.append(frame);
        return new Promise((resolve) => frame.addEventListener('load', resolve));
      },
      given.url.replace('/login', '/to-parent'),
    );
    // From the popup, at an origin that is neither the issuer's nor ours.
    await navigate(popup, `${elsewhere}/to-opener${new URL(given.url).search}`);
    await popup.waitForURL(`${elsewhere}/**`);
    await navigate(popup, given.url.replace('/login', '/to-opener'));
    expect((await outcome()).url).toBe(`${given.redirectUri}?code=c0de&state=${given.state}`);
  });

  it('S26: ignores a message of the right window with another state', async () => {
    await open();
    await presentOnClick('popup', request('other-state', { timeoutMs: 1500 }));
    expect(await outcome()).toMatchObject({ code: 'timeout' });
  });

  it('two at once each get their own callback', async () => {
    await open();
    const first = request('login');
    const second = request('to-opener');
    const popup = await presentOnClick('popup', first);
    const firstOutcome = await page.evaluateHandle(() => ({ it: window.outcome }));
    await presentOnClick('popup', second);
    expect((await outcome()).url).toContain(second.state);
    await navigate(popup, first.url.replace('/login', '/to-opener'));
    expect((await firstOutcome.evaluate(({ it }) => it)).url).toContain(first.state);
  });
});

describe('a silent iframe', () => {
  const present = (given: Request) => page.evaluate((what) => window.present('silent', what), given);
  const frames = () => page.locator('iframe').count();

  it('resolves with the issuer’s web_message, and is removed', async () => {
    await open();
    const given = request('to-parent');
    await present(given);
    expect((await outcome()).url).toBe(`${given.redirectUri}?code=c0de&state=${given.state}`);
    expect(await frames()).toBe(0);
  });

  it.each(['error-page', 'refuses-frames'])(
    'web peers 21: %s is named long before the timeout, with the origin to allow',
    async (kind) => {
      await open();
      await present(request(kind, { timeoutMs: 60_000 }));
      const { code, message, ms } = await outcome();
      expect(code).toBe('a0.invalid_configuration');
      expect(message).toContain(app.origin);
      expect(ms).toBeLessThan(30_000);
      expect(await frames()).toBe(0);
    },
  );

  it('an issuer that cannot be reached is network_error', async () => {
    await open();
    const given = request('x');
    await context.route(`${issuerOrigin}/**`, (route) => route.abort('connectionrefused'));
    await present(given);
    expect(await outcome()).toMatchObject({ code: 'network_error' });
  });

  describe('whose page does not come, of which Firefox tells nothing,', () => {
    beforeEach(async () => {
      await page.clock.install();
      await open();
    });

    it('is network_error where the issuer cannot be reached', async () => {
      await context.route(`${issuerOrigin}/x?**`, () => undefined);
      await context.route(`${issuerOrigin}/.well-known/**`, (route) => route.abort('connectionrefused'));
      await present(request('x'));
      await page.clock.runFor(3000);
      expect(await outcome()).toMatchObject({ code: 'network_error' });
      expect(await frames()).toBe(0);
    });

    it('is waited for where the issuer is only slow', async () => {
      const given = request('to-parent');
      const looked = page.waitForResponse(`${issuerOrigin}/.well-known/jwks.json`);
      let come = () => {};
      const slow = new Promise<void>((resolve) => {
        come = resolve;
      });
      await context.route(`${issuerOrigin}/to-parent?**`, (route) => slow.then(() => route.continue()));
      await present(given);
      await page.clock.runFor(3000);
      await looked;
      come();
      expect((await outcome()).url).toContain(given.state);
    });
  });

  it('an issuer that never answers is timeout', async () => {
    await open();
    await context.route(`${issuerOrigin}/**`, () => undefined);
    await present(request('x', { timeoutMs: 800 }));
    expect(await outcome()).toMatchObject({ code: 'timeout' });
    expect(await frames()).toBe(0);
  });

  it('S26: ignores another state, and a message from the page itself', async () => {
    await open();
    const given = request('other-state', { timeoutMs: 1500 });
    await present(given);
    await page.evaluate(
      (state) => postMessage({ type: 'authorization_response', response: { code: 'forged', state } }, '*'),
      given.state,
    );
    expect(await outcome()).toMatchObject({ code: 'timeout' });
  });
});

it('web peers 12: a page that merely has a code and a state is no popup’s callback page', async () => {
  await open('/?code=foreign&state=foreign');
  expect(page.url()).toContain('code=foreign');
});

it('S27: a DPoP key is kept, and neither exportKey nor IndexedDB gives its private half', async () => {
  await open();
  const result = await page.evaluate(async () => {
    const { keys } = window.platform;
    const created = await keys.create('client');
    const kept = await keys.get('client');
    if (kept === undefined) return 'not kept';
    const data = new TextEncoder().encode('signed');
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(algorithm, kept.privateKey, data);
    const same = await crypto.subtle.verify(algorithm, created.publicKey, signature, data);
    const exported = await crypto.subtle.exportKey('jwk', kept.privateKey).catch((error: Error) => error.name);
    return { same, exported, extractable: kept.privateKey.extractable };
  });
  expect(result).toEqual({ same: true, exported: 'InvalidAccessError', extractable: false });
});

it('a lock of a closed tab is free for the next', async () => {
  await open();
  await page.evaluate(
    () =>
      new Promise<void>((isHeld) => {
        void window.platform.mutex.run('family', { waitMs: 5000 }, () => {
          isHeld();
          return new Promise(() => {});
        });
      }),
  );
  const other = await context.newPage();
  await other.goto(app.origin);
  const attempt = (waitMs: number) =>
    other.evaluate(
      (ms) =>
        window.platform.mutex.run('family', { waitMs: ms }, async () => 'mine').catch((error: Error) => error.name),
      waitMs,
    );
  expect(await attempt(200)).toBe('MutexTimeoutError');
  await page.close();
  expect(await attempt(5000)).toBe('mine');
});

it.each(['localstorage', 'indexeddb'] as const)(
  'S16: whoever holds the lock reads what the holder before wrote, in %s (plain localStorage does not)',
  async (location) => {
    await open();
    const tabs = [page, await context.newPage(), await context.newPage()];
    for (const tab of tabs.slice(1)) await tab.goto(app.origin);
    const TURNS = 60;
    const count = (tab: Page, turns: number) =>
      tab.evaluate(
        async ([where, times]) => {
          const { storage, mutex } = window.platform;
          const records = storage({ location: where, namespace: 'count' });
          for (let turn = 0; turn < times; turn += 1) {
            await mutex.run('count', { waitMs: 30_000 }, async () => {
              await records.set('n', String(Number((await records.get('n')) ?? 0) + 1));
            });
          }
          return Number(await records.get('n'));
        },
        [location, turns] as const,
      );
    await Promise.all(tabs.map((tab) => count(tab, TURNS)));
    expect(await count(page, 0)).toBe(3 * TURNS);
  },
);

it('replaceUrl keeps history.state and adds no entry', async () => {
  await open('/path?code=1&x=2#part');
  const result = await page.evaluate(() => {
    history.replaceState({ router: 'state' }, '');
    const before = history.length;
    window.platform.lifecycle.replaceUrl(`${location.origin}/path?x=2#part`);
    return { url: location.href, state: history.state, entries: history.length - before };
  });
  expect(result).toEqual({ url: `${app.origin}/path?x=2#part`, state: { router: 'state' }, entries: 0 });
});
