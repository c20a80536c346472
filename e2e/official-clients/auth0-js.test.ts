import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { api, database, type HttpsTenant, startHttpsTenant } from '../support/https-tenant.ts';
import { type ScriptPage, serveScript } from '../support/script-page.ts';

/** The vendor's older browser SDK, from a page of another origin, in Chromium. It makes https of its `domain`. */

const password = 'Correct-Horse-42';
/** RFC 7636 appendix B. */
const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const codeChallenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** What its callbacks were called with. */
interface Answer {
  readonly error?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
}
interface AuthWindow {
  ask(method: string, options: object): Promise<Answer>;
}

const script = `
  import auth0 from 'auth0-js';
  const { domain, clientID } = JSON.parse(localStorage.getItem('client') ?? '{}');
  const webAuth = domain && new auth0.WebAuth({ domain, clientID, responseType: 'code', redirectUri: location.origin });
  window.ask = (method, options) => new Promise((resolve) => {
    const target = method.split('.').reduce((at, name) => at[name], webAuth);
    const owner = method.startsWith('client.') ? webAuth.client : webAuth;
    target.call(owner, options, (error, result) => {
      const { original, ...told } = error ?? {};
      resolve(error ? { error: told } : { result });
    });
  });
`;

let running: HttpsTenant;
let served: ScriptPage;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  running = await startHttpsTenant();
  served = await serveScript(script, import.meta.dirname);
  browser = await launchChromium();
});
beforeEach(async () => {
  // The tenant's authority is not in the browser's list; that it is a good one is tried in Node.
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  context.setDefaultTimeout(15_000);
  await context.addInitScript({
    content: `localStorage.setItem('client', '${JSON.stringify({ domain: running.domain, clientID: 'postern-spa' })}')`,
  });
  page = await context.newPage();
  await page.goto(served.origin);
  return () => context.close();
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  await running?.close();
});

const ask = (method: string, options: object): Promise<Answer> =>
  page.evaluate(([name, given]) => (window as unknown as AuthWindow).ask(name, given), [method, options] as const);
const newest = (to: string) => running.tenant.control.outbox.lastMessage({ to });

describe('auth0-js: database', () => {
  it('signs up, logs in with the realm and with the default directory, and asks who it is', async () => {
    const person = { email: 'from-auth0-js@example.com', password: 'Battery-Staple-77' };
    const created = await ask('signup', {
      ...person,
      connection: database,
      given_name: 'Ada',
      userMetadata: { favourite_colour: 'teal' },
    });
    expect(created.result).toMatchObject({ email: person.email, emailVerified: false, givenName: 'Ada' });

    const login = { username: person.email, password: person.password, scope: 'openid profile' };
    const { result: realm } = await ask('client.login', { ...login, realm: database });
    expect(realm).toMatchObject({ tokenType: 'Bearer', expiresIn: 86_400, idToken: expect.any(String) });
    const { result } = await ask('client.loginWithDefaultDirectory', login);
    const { accessToken } = result as { accessToken: string };
    const told = await ask('client.userInfo', accessToken as unknown as object);
    expect(told.result).toMatchObject({ given_name: 'Ada' });
  });

  it('is told why somebody cannot sign up', async () => {
    const taken = await ask('signup', { email: 'user@example.com', password, connection: database });
    expect(taken.error).toMatchObject({ statusCode: 400, code: 'invalid_signup', description: 'Invalid sign up' });
    const weak = await ask('signup', { email: 'weak@example.com', password: 'short', connection: database });
    expect(weak.error).toMatchObject({
      statusCode: 400,
      code: 'invalid_password',
      name: 'PasswordStrengthError',
      policy: expect.stringContaining('At least 8 characters'),
    });
  });

  it('asks for a password mail', async () => {
    const { result } = await ask('changePassword', { email: 'user@example.com', connection: database });
    expect(result).toBe("We've just sent you an email to reset your password.");
    expect(await newest('user@example.com')).toMatchObject({ template: 'password_reset' });
  });

  it('is told of a wrong password, and of a second factor', async () => {
    const login = { realm: database, username: 'user@example.com', password: 'Wrong-Horse-42', scope: 'openid' };
    expect((await ask('client.login', login)).error).toMatchObject({
      statusCode: 403,
      code: 'invalid_grant',
      description: 'Wrong email or password.',
    });
    const other = await ask('client.login', { ...login, username: 'mfa@example.com', password });
    expect(other.error).toMatchObject({ statusCode: 403, code: 'mfa_required' });
  });
});

describe('auth0-js: passwordless', () => {
  it('sends a code, tells a wrong one from a right one on the page, and comes back signed in', async () => {
    const email = 'code@example.com';
    const started = await ask('passwordlessStart', { connection: 'email', send: 'code', email });
    expect(started.result).toMatchObject({ email, emailVerified: false });
    const { code = '' } = await newest(email);
    const verify = {
      connection: 'email',
      email,
      scope: 'openid email',
      audience: api,
      state: 'the-state',
      codeChallenge,
      codeChallengeMethod: 'S256',
    };
    const wrong = await ask('passwordlessVerify', { ...verify, verificationCode: code === '000000' ? '1' : '000000' });
    expect(wrong.error).toMatchObject({ statusCode: 403, description: 'Wrong email or verification code.' });

    const back = page.waitForURL((url) => url.searchParams.has('code'));
    // It leaves the page: there is nobody left to be told.
    void ask('passwordlessVerify', { ...verify, verificationCode: code }).catch(() => undefined);
    await back;
    const callback = new URL(page.url()).searchParams;
    expect(callback.get('state')).toBe('the-state');
    const { result } = await ask('client.oauthToken', {
      grantType: 'authorization_code',
      code: callback.get('code'),
      redirectUri: served.origin,
      codeVerifier,
    });
    expect(result).toMatchObject({ tokenType: 'Bearer', idToken: expect.any(String) });
  });

  it('sends a link that ends where the page said', async () => {
    const email = 'link@example.com';
    await ask('passwordlessStart', {
      connection: 'email',
      send: 'link',
      email,
      authParams: { scope: 'openid', code_challenge: codeChallenge, code_challenge_method: 'S256', state: 'of-link' },
    });
    const { link = '' } = await newest(email);
    await page.goto(link);
    await page.waitForURL((url) => url.origin === served.origin && url.searchParams.has('code'));
    expect(new URL(page.url()).searchParams.get('state')).toBe('of-link');
  });

  it('sends a code by text message, which the token endpoint takes', async () => {
    const phoneNumber = '+15550145';
    const started = await ask('passwordlessStart', { connection: 'sms', send: 'code', phoneNumber });
    expect(started.result).toMatchObject({ phoneNumber });
    const { code: otp } = await newest(phoneNumber);
    const { result } = await ask('client.oauthToken', {
      grantType: 'http://auth0.com/oauth/grant-type/passwordless/otp',
      realm: 'sms',
      username: phoneNumber,
      otp,
      scope: 'openid',
    });
    expect(result).toMatchObject({ idToken: expect.any(String) });
  });

  it('is told of an address that is none', async () => {
    const { error } = await ask('passwordlessStart', { connection: 'email', send: 'code', email: 'nobody' });
    expect(error).toMatchObject({ statusCode: 400, code: 'bad.email' });
  });
});
