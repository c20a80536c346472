import { createTestTenant, type TestTenant, type TestUser } from '@postern/tenant/testing';
import { createScriptedUserAgent, createTestClient, type TestOptions } from 'postern/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBrowser } from '../../src/testing/browser.ts';
import { rejection } from '../support/rejection.ts';

let tenant: TestTenant;
let ann: TestUser;

beforeAll(async () => {
  tenant = await createTestTenant({
    clientId: 'app',
    config: {
      name: 'Acme',
      clients: [
        { clientId: 'app', name: 'App', type: 'spa', allowLoopbackCallbacks: true, refreshToken: { leeway: 30 } },
        { clientId: 'asks', name: 'Asks', type: 'spa', allowLoopbackCallbacks: true, skipConsent: false },
        { clientId: 'strict', name: 'Strict', type: 'spa', allowLoopbackCallbacks: true, mfaPolicy: 'always' },
      ],
      connections: [
        { name: 'Username-Password-Authentication', strategy: 'auth0' },
        { name: 'email', strategy: 'email', displayName: 'a code by e-mail' },
        { name: 'sms', strategy: 'sms', displayName: 'a text message' },
        { name: 'google-oauth2', strategy: 'google-oauth2', displayName: 'Google' },
      ],
    },
  });
});
afterAll(() => tenant.close());
afterEach(() => tenant.reset());

const problems: string[] = [];
const client = (answers: Parameters<typeof createScriptedUserAgent>[0], options: TestOptions = {}) => {
  problems.length = 0;
  const userAgent = createScriptedUserAgent(answers, { onProblem: ({ message }) => problems.push(message) });
  return { ...createTestClient({ tenant, userAgent, ...options }), userAgent };
};
const emailOf = ({ auth0 }: ReturnType<typeof client>) => auth0.session.getSnapshot().user?.email;
const people = async (options: Parameters<TestTenant['users']['create']>[0] = {}) => {
  ann = await tenant.users.create(options);
  return ann;
};

describe('a scripted person', () => {
  it('known failure 32: signs in on the real pages, with tokens bound to a key, without a mock', async () => {
    const { auth0, userAgent, ...rest } = client({ user: await people() });
    const credentials = await auth0.webAuth.authorize();
    expect(credentials.tokenType).toBe('DPoP');
    expect(userAgent.pages).toEqual(['/u/login']);
    expect(emailOf({ auth0, userAgent, ...rest })).toBe(ann.email);
    expect(userAgent.problem).toBeUndefined();
  });

  it('is asked nothing the second time, as a browser with cookies; and again without them', async () => {
    const { auth0, userAgent } = client({ user: await people() });
    await auth0.webAuth.authorize();
    await auth0.webAuth.authorize();
    expect(userAgent.pages).toEqual(['/u/login']);
    userAgent.clearCookies();
    await auth0.webAuth.authorize();
    expect(userAgent.pages).toEqual(['/u/login', '/u/login']);
  });

  it('a logout ends the session at the tenant, too', async () => {
    const { auth0, userAgent } = client({ user: await people() });
    await auth0.webAuth.authorize();
    await auth0.webAuth.clearSession();
    await auth0.webAuth.authorize();
    expect(userAgent.pages).toEqual(['/u/login', '/u/login']);
  });

  it('signs up', async () => {
    const opened = client({ signUp: { email: 'new@example.com', password: 'Nine-Blue-Kettles-19' } });
    await opened.auth0.webAuth.authorize();
    expect(opened.userAgent.pages).toEqual(['/u/login', '/u/signup']);
    expect(emailOf(opened)).toBe('new@example.com');
  });

  it('proves a second factor of an app, and one by text message where that is asked for', async () => {
    const kim = await people({ mfa: { totpSecret: 'JBSWY3DPEHPK3PXP', phoneNumber: '+15550123' } });
    const opened = client({ user: kim, code: tenant.codesFor(kim) });
    await opened.auth0.webAuth.authorize();
    expect(opened.userAgent.pages).toEqual(['/u/login', '/u/mfa/otp']);
    opened.userAgent.clearCookies();
    opened.userAgent.answer({ factor: 'sms' });
    await opened.auth0.webAuth.authorize();
    expect(opened.userAgent.pages.slice(2)).toEqual(['/u/login', '/u/mfa/otp', '/u/mfa/options', '/u/mfa/sms']);
  });

  it('uses a recovery code, and keeps the new one', async () => {
    const kim = await people({ mfa: true });
    const { auth0, userAgent } = client({ user: kim, code: tenant.codesFor(kim), factor: 'recovery-code' });
    await auth0.webAuth.authorize();
    expect(userAgent.pages.at(-1)).toBe('/u/mfa/new-recovery-code');
  });

  it.each([
    ['otp', '/u/mfa/enroll/otp'],
    ['sms', '/u/mfa/enroll/sms'],
    // Everybody with a verified address has it already.
    ['email', '/u/mfa/email'],
    ['push', '/u/mfa/enroll/push'],
  ] as const)('sets up a factor: %s', async (factor, page) => {
    const user = await people();
    const code = async (asked: { kind: 'otp' | 'sms' | 'voice' | 'email' | 'push' | 'recovery-code' }) =>
      asked.kind === 'sms' ? tenant.outbox.waitForCode('+15550177') : tenant.codesFor(user)(asked);
    const answers = { user, factor, code, phoneNumber: '+15550177' };
    const { auth0, userAgent } = client(answers, { clientId: 'strict' });
    await auth0.webAuth.authorize();
    expect(userAgent.pages).toContain(page);
  });

  it('signs in without a password', async () => {
    const mail = client({
      way: 'an email code',
      user: { email: 'mail@example.com' },
      code: () => tenant.outbox.waitForCode('mail@example.com'),
    });
    await mail.auth0.webAuth.authorize();
    expect(emailOf(mail)).toBe('mail@example.com');
    const text = client({
      way: 'a text message',
      phoneNumber: '+15550188',
      code: () => tenant.outbox.waitForCode('+15550188'),
    });
    await text.auth0.webAuth.authorize();
    expect(text.userAgent.pages.at(-1)).toBe('/u/passwordless/sms/code');
  });

  it('is somebody at a simulated provider', async () => {
    const opened = client({ way: 'Google', provider: { email: 'g@example.com', name: 'G' } });
    await opened.auth0.webAuth.authorize();
    expect(emailOf(opened)).toBe('g@example.com');
  });

  it('allows and denies consent; goes on with an account or takes another', async () => {
    const { auth0, userAgent } = client({ user: await people(), consent: 'deny' }, { clientId: 'asks' });
    const denied = await rejection(auth0.webAuth.authorize());
    expect(denied.code).toBe('access_denied');
    userAgent.answer({ consent: 'allow' });
    await auth0.webAuth.authorize();
    await auth0.webAuth.authorize({ additionalParameters: { prompt: 'select_account' } });
    expect(userAgent.pages.at(-1)).toBe('/u/select-account');
    const bob = await tenant.users.create();
    userAgent.answer({ account: 'another', user: bob });
    await auth0.webAuth.authorize({ additionalParameters: { prompt: 'select_account' } });
    expect(auth0.session.getSnapshot().user?.email).toBe(bob.email);
  });

  it('cancels on the page, and closes the window: two failures an app must tell apart', async () => {
    const cancels = client({ user: await people(), cancelAt: 'login' });
    expect(await rejection(cancels.auth0.webAuth.authorize())).toMatchObject({ type: 'ACCESS_DENIED' });
    const closes = client({ user: ann, closeAt: 'login' });
    expect(await rejection(closes.auth0.webAuth.authorize())).toMatchObject({ type: 'USER_CANCELLED' });
    expect(problems).toEqual([]);
  });

  it('joins a session silently, and finds none where there is none', async () => {
    const { auth0, userAgent } = client({ user: await people() });
    await auth0.webAuth.checkWebSession();
    expect(auth0.session.getSnapshot().user).toBeNull();
    await auth0.webAuth.authorize();
    const other = createTestClient({ tenant, userAgent });
    await other.auth0.webAuth.checkWebSession();
    expect(other.auth0.session.getSnapshot().user?.email).toBe(ann.email);
    expect(userAgent.pages).toEqual(['/u/login']);
  });
});

it('what only looks like the callback is a page like any other: another host, port, path or scheme', async () => {
  for (const location of ['http://b.test/back?code=1', 'http://a.test:81/back?code=1', 'http://a.test/back/?code=1']) {
    const asked: string[] = [];
    const send = async (url: string | URL | Request) => {
      asked.push(String(url));
      const headers: HeadersInit = asked.length === 1 ? { location } : {};
      return new Response(asked.length === 1 ? null : '<h1>A page</h1>', {
        status: asked.length === 1 ? 302 : 200,
        headers,
      });
    };
    const page = await createBrowser(send as typeof fetch).open(new URL('http://tenant.test/'), 'http://a.test/back');
    expect([page.callback, page.heading, asked]).toEqual([undefined, 'A page', ['http://tenant.test/', location]]);
  }
});

describe('a page without an answer is named, with what to give', () => {
  const problemOf = async (opened: ReturnType<typeof client>) => {
    const { message } = await rejection(opened.auth0.webAuth.authorize());
    expect(problems).toEqual([message]);
    expect(opened.userAgent.problem?.message).toBe(message);
    return message;
  };

  it('the login page', async () => {
    expect(await problemOf(client({}))).toBe(
      'The page "Log in" (/u/login) asks for a password. Give `user: { email, password }`, or `signUp` or `way`.',
    );
  });

  it('a second factor', async () => {
    expect(await problemOf(client({ user: await people({ mfa: true }) }))).toBe(
      'The page "Enter the code of your app" (/u/mfa/otp) asks for a code (otp). Give `code`: the code, a function, or `tenant.codesFor(user)`.',
    );
  });

  it('a choice of factors to set up', async () => {
    const message = await problemOf(client({ user: await people() }, { clientId: 'strict' }));
    expect(message).toContain('(/u/mfa/enroll) offers second factors (Authenticator app');
  });

  it('where to send a code', async () => {
    expect(await problemOf(client({ way: 'a text message' }))).toContain('Give `phoneNumber`');
  });

  it('consent', async () => {
    expect(await problemOf(client({ user: await people() }, { clientId: 'asks' }))).toContain(
      "Give `consent: 'allow'`",
    );
  });

  it('a simulated provider', async () => {
    expect(await problemOf(client({ way: 'Google' }))).toContain('Give `provider: { email, name }`');
  });

  it('a way there is not', async () => {
    expect(await problemOf(client({ way: 'Fax' }))).toContain('offers no way called "Fax"');
  });

  it('a wrong password and a wrong code are refused, in the words of the page', async () => {
    const user = await people({ mfa: true });
    expect(await problemOf(client({ user: { ...user, password: 'wrong' } }))).toMatch(
      /refused what was entered: .*[Ww]rong/,
    );
    expect(await problemOf(client({ user, code: '000000' }))).toContain('That code is not right');
  });

  it('a problem is that of the last login alone', async () => {
    const user = await people();
    const opened = client({});
    await problemOf(opened);
    opened.userAgent.answer({ user });
    await opened.auth0.webAuth.authorize();
    expect(opened.userAgent.problem).toBeUndefined();
  });

  it('the page of an error says what it says', async () => {
    expect(await problemOf(client({ user: await people() }, { clientId: 'nobody' }))).toMatch(
      /is none a scripted person knows \(status 4\d\d\)\. It says: /,
    );
  });
});
