import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateConfig } from '../src/config/validate.ts';
import { type CreationParams, createSoftAuthenticator } from './support/authenticator.ts';
import { type Page, readForm } from './support/browser.ts';
import { type DirectTest, otpGrant, realmGrant, startDirectTest } from './support/direct.ts';
import { callback, claimsOf, codeOf, type TokenAnswer } from './support/protocol.ts';

/** Who signs up to an organization is let in or turned away before there is a user. */

const passkeyGrant = 'urn:okta:params:oauth:grant-type:webauthn';
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const partner = 'urn:example:partner-token';
const google = 'http://auth0.com/oauth/token-type/google-id-token';
const password = 'Correct-Horse-42';
const everywhere = ['Keys', 'email', 'google-oauth2'].map((name) => ({ name, assignMembershipOnLogin: true }));

let test: DirectTest;
let origin: string;
beforeAll(async () => {
  test = await startDirectTest({
    clients: [
      {
        clientId: 'app',
        name: 'App',
        type: 'native',
        callbacks: [callback],
        grantTypes: ['authorization_code', 'refresh_token', realmGrant, otpGrant, passkeyGrant, exchangeGrant],
      },
    ],
    connections: [
      { name: 'Keys', strategy: 'auth0', passkeys: true, emailOtp: true },
      { name: 'email', strategy: 'email' },
      { name: 'google-oauth2', strategy: 'google-oauth2' },
    ],
    users: [{ id: 'auth0|old', connection: 'Keys', email: 'old@example.com', password }],
    organizations: [
      { id: 'org_closed', name: 'closed', members: ['invited@example.com', 'named@example.com'] },
      { id: 'org_open', name: 'open', connections: everywhere.map((one) => ({ ...one, signup: one.name === 'Keys' })) },
      { id: 'org_quiet', name: 'quiet', connections: everywhere },
      { id: 'org_social', name: 'social', connections: ['google-oauth2'] },
    ],
    tokenExchangeProfiles: [
      {
        subjectTokenType: partner,
        verification: { testKey: true, issuer: 'https://partner.example.test/', audience: 'tenant' },
        mapping: { connection: 'Keys', userId: 'user_id', email: 'email', create: true },
      },
    ],
  });
  origin = test.issuer.slice(0, -1);
});
afterAll(() => test?.close());

let people = 0;
const nextEmail = () => `joins-${++people}@example.com`;
const usersOf = (email: string) => test.tenant.context.store.users.findByEmail(email);
const authorize = (changes: Record<string, string | undefined>) =>
  test.authorizeUrl({ client_id: 'app', scope: 'openid email', audience: undefined, ...changes });
const token = (form: Record<string, unknown>) =>
  test.json('/oauth/token', { client_id: 'app', scope: 'openid email', ...form });
const told = (page: Page) => {
  const { code, ...rest } = Object.fromEntries(page.callback?.searchParams ?? []);
  return { path: page.url.pathname, ...(code === undefined ? {} : { code: 'yes' }), ...rest };
};
const notPart = (organization: string) => ({
  error: 'access_denied',
  error_description: `the user is not part of the ${organization} organization`,
});

async function createPasskey(
  email: string,
  organization: string | undefined,
  atGrant: Record<string, string> = {},
): Promise<TokenAnswer> {
  const profile = { user_profile: { email }, ...(organization === undefined ? {} : { organization }) };
  const started = await test.json('/passkey/register', { client_id: 'app', ...profile });
  if (started.status !== 200) return started;
  const authn_response = createSoftAuthenticator(origin).create(started.body.authn_params_public_key as CreationParams);
  return token({ grant_type: passkeyGrant, auth_session: started.body.auth_session, authn_response, ...atGrant });
}

/** On the pages: the passkey of somebody new, from the sign-up page if it is there. */
async function createPasskeyOnPage(email: string, organization: string): Promise<Page> {
  const browser = test.browser();
  const opened = await browser.open(authorize({ organization, screen_hint: 'signup' }));
  const { fields } = readForm(opened.html.slice(opened.html.indexOf('data-passkey') - 200));
  const post = (path: string, more: Record<string, string>) =>
    browser.request(new URL(`/u/passkey/${path}`, test.issuer), {
      method: 'POST',
      body: new URLSearchParams({ ...fields, ...more }),
      headers: { origin },
    });
  const asked = await post('new', { email });
  const { auth_session = '', options } = (await asked.json()) as { auth_session?: string; options?: CreationParams };
  if (options === undefined) return { ...opened, status: asked.status };
  const made = JSON.stringify(createSoftAuthenticator(origin).create(options));
  const done = await post('signup', { auth_session, authn_response: made });
  return browser.open(new URL(done.headers.get('location') ?? '', test.issuer));
}

async function signUpOnPage(email: string, changes: Record<string, string>): Promise<Page> {
  const browser = test.browser();
  const page = await browser.open(authorize({ screen_hint: 'signup', ...changes }));
  return page.url.pathname === '/u/signup' ? browser.submit(page, { email, password }, 'signup') : page;
}

/** @param way the page that asks for the address */
async function sendCode(email: string, organization: string, way: 'email' | 'Keys') {
  const browser = test.browser();
  const named = way === 'email' ? { connection: 'email' } : { connection: 'Keys' };
  const login = await browser.open(authorize({ organization, ...named }));
  const state = login.url.searchParams.get('state') ?? '';
  const page =
    way === 'email' ? login : await browser.open(new URL(`/u/passwordless/db/Keys/email?state=${state}`, login.url));
  const sent = await browser.submit(page, { address: email }, 'code');
  return { browser, sent, code: (await test.newest(email)).code ?? '' };
}
async function logInWithCode(email: string, organization: string, way: 'email' | 'Keys'): Promise<Page> {
  const { browser, sent, code } = await sendCode(email, organization, way);
  return browser.submit(sent, { code }, 'verify');
}
async function openLink(email: string, organization: string): Promise<Page> {
  const browser = test.browser();
  const page = await browser.open(authorize({ organization, connection: 'email' }));
  await browser.submit(page, { address: email }, 'link');
  const opened = await browser.open((await test.newest(email)).link ?? '');
  return opened.url.pathname === '/u/passwordless/opened' ? browser.submit(opened, {}, 'continue') : opened;
}
async function openLinkOfTheApp(email: string, organization: string): Promise<Page> {
  const authParams = Object.fromEntries(authorize({ organization }).searchParams);
  await test.json('/passwordless/start', { client_id: 'app', connection: 'email', email, send: 'link', authParams });
  return test.browser().open((await test.newest(email)).link ?? '');
}
async function signInAtGoogle(email: string, organization: string): Promise<Page> {
  const browser = test.browser();
  const page = await browser.open(authorize({ organization, connection: 'google-oauth2' }));
  return browser.submit(page, { email, email_verified: 'yes', name: 'Gail' }, 'other');
}

async function exchangeOtpSession(email: string, organization: string) {
  const body = { client_id: 'app', connection: 'Keys', email, allow_signup: true };
  const { auth_session } = (await test.json('/otp/challenge', body)).body;
  return token({ grant_type: otpGrant, auth_session, otp: (await test.newest(email)).code, organization });
}
async function exchangeCode(email: string, organization: string) {
  await test.json('/passwordless/start', { client_id: 'app', connection: 'email', email, send: 'code' });
  const otp = (await test.newest(email)).code;
  return token({ grant_type: otpGrant, username: email, otp, realm: 'email', organization });
}
async function exchangeGoogleToken(email: string, organization: string) {
  const { subjectToken } = await test.tenant.control.mintSocialToken({
    connection: 'google-oauth2',
    email,
    emailVerified: true,
  });
  return token({ grant_type: exchangeGrant, subject_token: subjectToken, subject_token_type: google, organization });
}
async function exchangePartnerToken(email: string, organization: string) {
  const subject_token = await test.tenant.control.signSubjectToken({
    type: partner,
    claims: { user_id: email.split('@')[0], email },
  });
  return token({ grant_type: exchangeGrant, subject_token, subject_token_type: partner, organization });
}

type Way = (email: string, organization: string) => Promise<Page | TokenAnswer>;
const passkeyAtGrant: Way = (email, organization) => createPasskey(email, undefined, { organization });
const answerOf = (result: Page | TokenAnswer) => ('body' in result ? result.body : told(result));

describe('an organization the person may not join: nobody is made', () => {
  const refusals: [string, Way, object][] = [
    [
      'a passkey',
      createPasskey,
      { error: 'invalid_request', error_description: expect.stringContaining('org_closed') },
    ],
    ['a passkey, the organization named with the grant', passkeyAtGrant, notPart('org_closed')],
    ['the sign-up page', (email, organization) => signUpOnPage(email, { organization }), { path: '/u/login' }],
    ['a passkey on the pages', createPasskeyOnPage, { path: '/u/login' }],
    [
      'a code on the pages',
      (email, organization) => logInWithCode(email, organization, 'email'),
      notPart('org_closed'),
    ],
    ['a link on the pages', openLink, notPart('org_closed')],
    ['a link of the app', openLinkOfTheApp, { path: '/passwordless/verify_redirect' }],
    [
      'a code of the database',
      (email, organization) => logInWithCode(email, organization, 'Keys'),
      notPart('org_closed'),
    ],
    ['a social login', signInAtGoogle, notPart('org_closed')],
    ['/otp/challenge', exchangeOtpSession, { error: 'invalid_request' }],
    ['/passwordless/start', exchangeCode, notPart('org_closed')],
    ['a token of a provider’s SDK', exchangeGoogleToken, notPart('org_closed')],
    ['a token of a trusted issuer', exchangePartnerToken, notPart('org_closed')],
  ];
  it.each(refusals)('by %s', async (_name, way, answer) => {
    const email = nextEmail();
    expect(answerOf(await way(email, 'org_closed'))).toMatchObject(answer);
    expect(await usersOf(email)).toEqual([]);
  });

  it('the event log says why', async () => {
    await exchangeCode(nextEmail(), 'org_closed');
    expect((await test.lastEvent('token.rejected')).sentence).toContain('org_closed (closed)');
  });

  it('the login page has no sign-up link, and what is posted past it makes nobody', async () => {
    const browser = test.browser();
    const page = await browser.open(authorize({ organization: 'org_closed' }));
    expect(page.html).not.toContain('Create an account');
    const email = nextEmail();
    const body = new URLSearchParams({ ...readForm(page.html, 'login').fields, email, password });
    const sent = await browser.open(new URL('/u/signup', test.issuer), { method: 'POST', body, headers: { origin } });
    expect(sent.url.pathname).toBe('/u/login');
    expect(await usersOf(email)).toEqual([]);
  });

  it('by a connection the organization does not have', async () => {
    const email = nextEmail();
    const answer = await exchangeCode(email, 'org_social');
    expect(answer.body).toEqual({
      error: 'access_denied',
      error_description: 'the connection email is not enabled for the organization org_social',
    });
    expect(await usersOf(email)).toEqual([]);
  });

  it('without a passkey for nothing: the challenge says so, whoever asks, members as well', async () => {
    const answer = await createPasskey('named@example.com', 'org_closed');
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });

  it('where it gives membership with every login, but has no sign-up: databases alone stay closed', async () => {
    const email = nextEmail();
    expect(answerOf(await createPasskey(email, 'org_quiet'))).toMatchObject({ error: 'invalid_request' });
    expect(told(await signUpOnPage(email, { organization: 'org_quiet' })).path).toBe('/u/login');
    expect(await usersOf(email)).toEqual([]);
    expect((await exchangeCode(email, 'org_quiet')).status).toBe(200);
  });
});

describe('an organization that gives membership with the login', () => {
  const joins: [string, Way][] = [
    ['a passkey', createPasskey],
    ['a passkey, the organization named with the grant', passkeyAtGrant],
    ['the sign-up page', (email, organization) => signUpOnPage(email, { organization })],
    ['a passkey on the pages', createPasskeyOnPage],
    ['a code on the pages', (email, organization) => logInWithCode(email, organization, 'email')],
    ['a link on the pages', openLink],
    ['a link of the app', openLinkOfTheApp],
    ['a code of the database', (email, organization) => logInWithCode(email, organization, 'Keys')],
    ['a social login', signInAtGoogle],
    ['/otp/challenge', exchangeOtpSession],
    ['/passwordless/start', exchangeCode],
    ['a token of a provider’s SDK', exchangeGoogleToken],
    ['a token of a trusted issuer', exchangePartnerToken],
  ];
  it.each(joins)('takes who signs up by %s', async (_name, way) => {
    const email = nextEmail();
    const result = await way(email, 'org_open');
    const answer = 'body' in result ? result : await test.redeem(codeOf(result), { client_id: 'app' });
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({ email, org_id: 'org_open' });
    const [user] = await usersOf(email);
    expect(await test.tenant.context.store.members.list(String(user?.id))).toEqual(['org_open']);
  });

  it('takes who was there before, at their next login; a renewal brings nobody back', async () => {
    const login = (organization: string) =>
      test.realm({
        username: 'old@example.com',
        password,
        realm: 'Keys',
        organization,
        scope: 'openid offline_access',
      });
    const first = await login('org_quiet');
    expect(claimsOf(String(first.body.id_token)).org_id).toBe('org_quiet');
    expect((await test.lastEvent('organization.joined')).userId).toBe('auth0|old');
    await test.tenant.context.store.members.deleteForUser('auth0|old');
    const renewed = await test.refresh(String(first.body.refresh_token), { client_id: 'app' });
    expect(renewed.body.error).toBe('invalid_grant');
    expect(await test.tenant.context.store.members.list('auth0|old')).toEqual([]);
  });
});

describe('members by address, and people with an invitation', () => {
  const invite = (email?: string) =>
    test.tenant.control.organizations.invite({ organization: 'closed', ...(email === undefined ? {} : { email }) });

  it('a named member signs up by proving the address, not by saying it', async () => {
    expect(told(await signUpOnPage('named@example.com', { organization: 'org_closed' })).path).toBe('/u/login');
    const page = await logInWithCode('named@example.com', 'org_closed', 'Keys');
    expect(claimsOf(String((await test.redeem(codeOf(page), { client_id: 'app' })).body.id_token)).org_id).toBe(
      'org_closed',
    );
  });

  it('an invitation opens the sign-up page, once', async () => {
    const invitation = await invite();
    const [one, other] = [nextEmail(), nextEmail()];
    codeOf(await signUpOnPage(one, { ...invitation }));
    const late = await signUpOnPage(other, { ...invitation });
    expect(late.html).toContain('The invitation');
    expect(await usersOf(other)).toEqual([]);
    const [user] = await usersOf(one);
    expect(await test.tenant.context.store.members.list(String(user?.id))).toEqual(['org_closed']);
    expect(user?.emailVerified).toBe(false);
  });

  it('an invitation for an address is for that one, which it proves: it went there', async () => {
    const email = nextEmail();
    const invitation = await invite(email.toUpperCase());
    const wrong = nextEmail();
    const refused = await signUpOnPage(wrong, { ...invitation });
    expect(refused.html).toContain('The invitation');
    expect(await usersOf(wrong)).toEqual([]);
    codeOf(await signUpOnPage(email, { ...invitation }));
    expect(await usersOf(email)).toMatchObject([{ emailVerified: true }]);
    await expect(test.newest(email)).rejects.toThrow('no message');
  });
});

describe('the configuration refuses', () => {
  const organization = (connections: object[]) => ({
    connections: [
      { name: 'Keys', strategy: 'auth0' as const },
      { name: 'email', strategy: 'email' as const },
    ],
    organizations: [{ id: 'org_a', name: 'a', connections }],
  });
  it.each([
    ['sign-up without membership', [{ name: 'Keys', signup: true }], 'assignMembershipOnLogin'],
    ['sign-up at what is no database', [{ name: 'email', assignMembershipOnLogin: true, signup: true }], 'database'],
    ['a connection there is not', [{ name: 'x' }], 'no connection "x"'],
  ])('%s', (_name, connections, message) => {
    expect(() => validateConfig(organization(connections))).toThrow(message);
  });
});
