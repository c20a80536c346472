import { createTenant, sampleConfig, type Tenant } from '@postern/tenant';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Auth0 } from '../../src/auth0.ts';
import { isWebAuthError } from '../../src/errors/index.ts';
import { createControlledClock } from '../../src/platform/memory/clock.ts';
import { createScriptedUserAgent } from '../../src/testing/scripted-user-agent.ts';
import type { Auth0Options } from '../../src/types/options.ts';
import { createPhone, type Phone } from '../support/phone.ts';
import { rejection } from '../support/rejection.ts';
import { settled } from '../support/world.ts';

const password = 'Correct-Horse-42';
const email = 'zoe@example.com';
const audience = 'https://api.postern.test';

let tenant: Tenant;
let origin: string;
let phone: Phone;
/** What the app sends by itself, the browser's requests not included. */
const sent: string[] = [];
let isOnline = true;

beforeAll(async () => {
  tenant = await createTenant(sampleConfig);
  origin = new URL((await tenant.listen({ port: 0 })).url).origin;
  const { host } = new URL(origin);
  const urls = ['ios', 'android'].map((system) => `com.acme.app.auth0://${host}/${system}/com.acme.app/callback`);
  const [native] = sampleConfig.clients?.filter(({ clientId }) => clientId === 'postern-native') ?? [];
  if (!native) throw new Error('The sample has no native client.');
  tenant.control.addClient({ ...native, clientId: 'phone', callbacks: urls, logoutUrls: urls });
  await tenant.control.users.create({
    id: 'auth0|zoe',
    connection: 'Username-Password-Authentication',
    email,
    emailVerified: true,
    password,
    profile: { name: 'Zoë 山田 😀' },
  });
});
afterAll(() => tenant.close());
beforeEach(() => {
  phone = createPhone('android');
  phone.person = signsIn();
  sent.length = 0;
  isOnline = true;
});

/** Someone who fills in the tenant's own pages, in a browser of this phone. */
function signsIn(): Phone['person'] {
  const browser = createScriptedUserAgent({ user: { email, password } });
  return (url, redirectUrl) => browser.visit({ url, redirectUri: redirectUrl ?? '', mode: 'popup' });
}

/** The person signs in once what this answers with is called. */
function signsInWhenTold(): () => void {
  const visit = signsIn();
  let goOn: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  phone.person = async (url, redirectUrl) => {
    await told;
    return visit(url, redirectUrl);
  };
  return goOn;
}

/** The app, started anew on the phone. */
function start(options: Partial<Auth0Options> = {}): Auth0 {
  const all: Auth0Options = { domain: origin, clientId: 'phone', audience, ...options };
  const platform = phone.start(all);
  const fetch: typeof globalThis.fetch = (input, init) => {
    sent.push(String(input));
    if (!isOnline) return Promise.reject(new TypeError('Network request failed'));
    return platform.fetch(input, init);
  };
  return new Auth0({ ...all, platform: { ...platform, fetch } });
}

describe.each([true, false])('a whole login, with bound tokens: %s', (useDPoP) => {
  it('signs in, is still signed in after a restart, renews, and signs out', async () => {
    const first = start({ useDPoP });
    await first.session.start();
    const credentials = await first.webAuth.authorize();
    expect(credentials).toMatchObject({
      tokenType: useDPoP ? 'DPoP' : 'Bearer',
      refreshToken: expect.any(String),
    });
    // known failure 1d-38.
    expect(first.session.getSnapshot().user?.name).toBe('Zoë 山田 😀');
    expect(new URL(phone.opened[0]?.url ?? '').searchParams.get('redirect_uri')).toBe(
      `com.acme.app.auth0://${new URL(origin).host}/android/com.acme.app/callback`,
    );

    const second = start({ useDPoP });
    await second.session.start();
    expect(second.session.getSnapshot()).toMatchObject({ user: { name: 'Zoë 山田 😀' }, isLoading: false });
    expect(await second.credentialsManager.getCredentials()).toEqual(credentials);
    const renewed = await second.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(renewed.accessToken).not.toBe(credentials.accessToken);
    const third = start({ useDPoP });
    expect(await third.credentialsManager.getCredentials()).toEqual(renewed);

    await third.webAuth.clearSession();
    expect(new URL(phone.opened.at(-1)?.url ?? '').pathname).toBe('/v2/logout');
    expect(phone.opened.at(-1)?.redirectUrl).toContain('/android/com.acme.app/callback');
    expect(await start({ useDPoP }).credentialsManager.hasValidCredentials()).toBe(false);
    expect([...phone.keychain]).toEqual([]);
  });
});

it('takes a key for bound tokens along over a restart, for the headers of an API', async () => {
  const { tokenType, accessToken } = await start().webAuth.authorize();
  const headers = await start().getDPoPHeaders({ url: `${origin}/userinfo`, method: 'GET', accessToken, tokenType });
  const answer = await fetch(`${origin}/userinfo`, { headers });
  expect(answer.status === 200 || answer.headers.get('www-authenticate')?.includes('use_dpop_nonce')).toBe(true);
});

it('transfers its session to the web, as no browser can', async () => {
  await start().webAuth.authorize();
  expect(await start().credentialsManager.getSSOCredentials()).toMatchObject({
    sessionTransferToken: expect.any(String),
  });
});

describe('known failure 1a-2, S19: two clients of one app', () => {
  it('what one does the other knows: a login, a renewal, a sign-out', async () => {
    const [one, two] = [start(), start()];
    await Promise.all([one.session.start(), two.session.start()]);
    const credentials = await one.webAuth.authorize();
    await expect.poll(() => two.session.getSnapshot().user?.name).toBe('Zoë 山田 😀');
    expect(await two.credentialsManager.getCredentials()).toEqual(credentials);

    const renewed = await one.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(await two.credentialsManager.getCredentials()).toEqual(renewed);

    await one.credentialsManager.clearCredentials();
    expect(await rejection(two.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
    expect(two.session.getSnapshot().user).toBeNull();
    one.session.dispose();
    two.session.dispose();
  });

  it('one that was never started hears of it, too', async () => {
    const [screen, background] = [start(), start()];
    await screen.webAuth.authorize();
    await background.credentialsManager.getCredentials();
    await screen.credentialsManager.clearCredentials();
    expect(await rejection(background.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
  });
});

describe('known failure 1d-33: Android ends the app while the browser is in front', () => {
  /** The app is gone; the browser is not, and ends with a URL that the system starts the app by. */
  async function endedInBrowser(options: Partial<Auth0Options> = {}): Promise<string> {
    const callback = new Promise<string>((resolve) => {
      const visit = signsIn();
      phone.person = (url, redirectUrl) => {
        visit(url, redirectUrl).then((end) => resolve(String(end)));
        return new Promise(() => undefined);
      };
    });
    void start(options).webAuth.authorize();
    const url = await callback;
    // What the native halves knew has gone with the process.
    const { keychain } = phone;
    phone = createPhone('android');
    for (const [key, value] of keychain) phone.keychain.set(key, value);
    phone.initialUrl = url;
    return url;
  }

  it('resumeSession gives the credentials once, then null', async () => {
    await endedInBrowser();
    const auth0 = start();
    expect(await auth0.webAuth.resumeSession()).toMatchObject({ tokenType: 'DPoP' });
    expect(auth0.session.getSnapshot().user?.name).toBe('Zoë 山田 😀');
    expect(await auth0.webAuth.resumeSession()).toBeNull();
    expect(await start().webAuth.resumeSession()).toBeNull();
  });

  it('the start finishes it by itself; an app that asks afterwards still gets the credentials, once', async () => {
    await endedInBrowser();
    const auth0 = start();
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { name: 'Zoë 山田 😀' }, error: null, isLoading: false });
    const credentials = await auth0.credentialsManager.getCredentials();
    expect(await auth0.webAuth.resumeSession()).toEqual(credentials);
    expect(await auth0.webAuth.resumeSession()).toBeNull();
  });

  it('both at once finish it once, and both have it', async () => {
    await endedInBrowser();
    const auth0 = start();
    const [resumed] = await Promise.all([auth0.webAuth.resumeSession(), auth0.session.start()]);
    expect(resumed).toMatchObject({ tokenType: 'DPoP' });
    expect(await auth0.webAuth.resumeSession()).toBeNull();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { name: 'Zoë 山田 😀' }, error: null });
    expect(sent.filter((url) => url.endsWith('/oauth/token')).length).toBeLessThanOrEqual(3);
  });

  it('an effect that runs twice (StrictMode) gets it both times, by one exchange', async () => {
    await endedInBrowser();
    const auth0 = start();
    const [first, second] = await Promise.all([auth0.webAuth.resumeSession(), auth0.webAuth.resumeSession()]);
    expect(first).toMatchObject({ tokenType: 'DPoP' });
    expect(second).toEqual(first);
    expect(await auth0.webAuth.resumeSession()).toBeNull();
    expect(auth0.session.getSnapshot().error).toBeNull();
  });

  it('S19: a sign-out forgets the login that was under way', async () => {
    const url = await endedInBrowser();
    phone.initialUrl = null;
    const auth0 = start();
    await auth0.credentialsManager.clearCredentials();
    expect([...phone.keychain]).toEqual([]);
    phone.initialUrl = url;
    expect(await start().webAuth.resumeSession()).toBeNull();
  });

  it('signed out in between, nobody is signed in by it', async () => {
    await endedInBrowser();
    const auth0 = start();
    await auth0.session.start();
    await auth0.credentialsManager.clearCredentials();
    expect(await auth0.webAuth.resumeSession()).toBeNull();
  });

  it('a URL of somebody else’s, or a stale one, is nothing, and stays the app’s', async () => {
    const url = await endedInBrowser();
    phone.initialUrl = 'com.acme.app.auth0://elsewhere?code=theirs&state=theirs';
    const foreign = start();
    await foreign.session.start();
    expect(foreign.session.getSnapshot()).toMatchObject({ user: null, error: null });
    expect(await foreign.webAuth.resumeSession()).toBeNull();

    phone.initialUrl = url;
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_001);
    expect(await start().webAuth.resumeSession()).toBeNull();
    vi.restoreAllMocks();
  });

  it('without a network it waits for one: the next start, or resumeSession, finishes it', async () => {
    await endedInBrowser();
    isOnline = false;
    const first = start();
    await first.session.start();
    expect(first.session.getSnapshot()).toMatchObject({
      user: null,
      error: { type: 'NETWORK_ERROR' },
      isLoading: false,
    });
    expect(await rejection(first.webAuth.resumeSession())).toMatchObject({ type: 'NETWORK_ERROR' });
    isOnline = true;
    // Opened by its icon this time.
    phone.initialUrl = null;
    const second = start();
    expect(await second.webAuth.resumeSession()).toMatchObject({ tokenType: 'DPoP' });
    expect(await second.webAuth.resumeSession()).toBeNull();
    expect([...phone.keychain.keys()].filter((name) => name.includes('logins'))).toEqual([]);
    expect(await start().webAuth.resumeSession()).toBeNull();
  });

  it('without a network at the end of a login on screen, the next start finishes that too', async () => {
    const visit = signsIn();
    phone.person = async (url, redirectUrl) => {
      const end = await visit(url, redirectUrl);
      isOnline = false;
      return end;
    };
    expect(await rejection(start().webAuth.authorize())).toMatchObject({ type: 'NETWORK_ERROR' });
    isOnline = true;
    const auth0 = start();
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { name: 'Zoë 山田 😀' }, error: null });
    expect([...phone.keychain.keys()].filter((name) => name.includes('logins'))).toEqual([]);
  });

  it('an answer that says no is told as one', async () => {
    const url = await endedInBrowser();
    const state = new URL(url).searchParams.get('state');
    phone.initialUrl = `${url.split('?')[0]}?error=access_denied&error_description=Not+today&state=${state}&iss=${encodeURIComponent(`${origin}/`)}`;
    expect(await rejection(start().webAuth.resumeSession())).toMatchObject({
      type: 'ACCESS_DENIED',
      message: 'Not today',
    });
  });
});

describe('a login that does not come to its end', () => {
  it('cancelled: USER_CANCELLED, the session before is untouched, nothing is left of it', async () => {
    const auth0 = start();
    await auth0.webAuth.authorize();
    const before = new Map(phone.keychain);
    phone.person = async () => ({ type: 'cancel' });
    const error = await rejection(auth0.webAuth.authorize());
    expect(isWebAuthError(error) && error.type).toBe('USER_CANCELLED');
    expect(auth0.session.getSnapshot().user?.name).toBe('Zoë 山田 😀');
    expect(new Set(phone.keychain.keys())).toEqual(new Set(before.keys()));
  });

  it('TRANSACTION_ACTIVE_ALREADY: a second one at once; the first still signs in', async () => {
    const auth0 = start();
    const goOn = signsInWhenTold();
    const first = auth0.webAuth.authorize();
    await expect.poll(() => phone.opened.length).toBe(1);
    expect(await rejection(auth0.webAuth.authorize())).toMatchObject({ type: 'TRANSACTION_ACTIVE_ALREADY' });
    goOn();
    expect(await first).toMatchObject({ tokenType: 'DPoP' });
  });

  it('is waited for as long as its callback would be taken: an hour, unless the app says otherwise', async () => {
    for (const [timeoutMs, minutes] of [
      [undefined, 60],
      [120_000, 2],
    ] as const) {
      const clock = createControlledClock();
      const all = { domain: origin, clientId: 'phone' };
      const auth0 = new Auth0({ ...all, platform: phone.start({ ...all, clock }) });
      phone.person = () => new Promise(() => undefined);
      const shown = phone.opened.length;
      const ended = rejection(auth0.webAuth.authorize({}, timeoutMs === undefined ? {} : { timeoutMs }));
      await expect.poll(() => phone.opened.length).toBe(shown + 1);
      clock.advance(minutes * 60_000 - 5000);
      expect(await Promise.race([ended, settled()])).toBeUndefined();
      clock.advance(5001);
      expect(await ended).toMatchObject({ type: 'TIMEOUT_ERROR' });
      phone.comeBack();
    }
  });

  it('a logout that is cancelled keeps the session', async () => {
    const auth0 = start();
    await auth0.webAuth.authorize();
    phone.person = async () => ({ type: 'dismiss' });
    expect(await rejection(auth0.webAuth.clearSession())).toMatchObject({ type: 'USER_CANCELLED' });
    expect(await start().credentialsManager.hasValidCredentials()).toBe(true);
  });
});

describe('S4: a forged callback, by which any app may open this one', () => {
  it('is passed over while a login is on screen, which then signs in', async () => {
    const auth0 = start();
    await auth0.session.start();
    const goOn = signsInWhenTold();
    const login = auth0.webAuth.authorize();
    await expect.poll(() => phone.opened.length).toBe(1);
    const { redirectUrl } = phone.opened[0] ?? {};
    for (const query of ['?error=access_denied&state=theirs', '?code=theirs&state=theirs', '?code=theirs', ''])
      phone.openApp(`${redirectUrl}${query}`);
    goOn();
    expect(await login).toMatchObject({ tokenType: 'DPoP' });
    auth0.session.dispose();
  });

  it('that the browser itself comes back with ends the call, not the login: its own callback still signs in', async () => {
    const auth0 = start();
    await auth0.session.start();
    phone.person = async (_, redirectUrl) => `${redirectUrl}?error=access_denied&error_description=forged&state=theirs`;
    const error = await rejection(auth0.webAuth.authorize());
    expect(error).toMatchObject({ type: 'INVALID_STATE' });
    expect(error.message).not.toContain('forged');
    const { url = '', redirectUrl = '' } = phone.opened[0] ?? {};
    phone.openApp(String(await signsIn()(url, redirectUrl)));
    expect(await auth0.webAuth.resumeSession()).toMatchObject({ tokenType: 'DPoP' });
    auth0.session.dispose();
  });
});

describe('known failure 1d-35: key and tokens out of step', () => {
  const keyItem = /\.rkey(\.|$)/;
  const keyItems = () => [...phone.keychain].filter(([name]) => keyItem.test(name));

  it('another key: DPOP_KEY_MISMATCH before anything is sent, and a clean login', async () => {
    await start().webAuth.authorize();
    const own = phone;
    phone = createPhone('android');
    phone.person = signsIn();
    await start().webAuth.authorize();
    const others = keyItems();
    phone = own;
    for (const [name] of keyItems()) phone.keychain.delete(name);
    for (const [name, value] of others) phone.keychain.set(name, value);
    sent.length = 0;
    const auth0 = start();
    expect(await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true))).toMatchObject({
      type: 'DPOP_KEY_MISMATCH',
    });
    expect(sent).toEqual([]);
    expect(await auth0.webAuth.authorize()).toMatchObject({ tokenType: 'DPoP' });
  });

  it.each([
    ['gone', (name: string) => void phone.keychain.delete(name)],
    ['damaged', (name: string) => void phone.keychain.set(name, '\u0000')],
  ])('a key that is %s: DPOP_KEY_MISSING before anything is sent, and a clean login', async (_, damage) => {
    await start().webAuth.authorize();
    for (const [name] of keyItems()) damage(name);
    sent.length = 0;
    const auth0 = start();
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'DPOP_KEY_MISSING' });
    expect(sent).toEqual([]);
    expect(await auth0.webAuth.authorize()).toMatchObject({ tokenType: 'DPoP' });
    expect(await start().credentialsManager.getCredentials()).toMatchObject({ tokenType: 'DPoP' });
  });
});
