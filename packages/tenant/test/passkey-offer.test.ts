import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { currentTotp } from '../src/mfa/factors/otp.ts';
import { type CreationParams, createSoftAuthenticator } from './support/authenticator.ts';
import type { Page } from './support/browser.ts';
import { type DirectTest, startDirectTest } from './support/direct.ts';
import { callback, claimsOf } from './support/protocol.ts';

/** Progressive enrolment: a passkey is offered on the way to the app, after a login with a password. */

const password = 'Correct-Horse-42';
const day = 86_400_000;
const client = { clientId: 'app', name: 'App', type: 'spa' as const, callbacks: [callback] };

let test: DirectTest;
beforeAll(async () => {
  test = await startDirectTest({
    clients: [client, { ...client, clientId: 'asks', skipConsent: false }],
    mfa: { policy: 'enrolled' },
    connections: [
      { name: 'Keys', strategy: 'auth0', passkeys: true },
      { name: 'Quiet', strategy: 'auth0', passkeys: true, offerPasskeys: false },
      { name: 'Plain', strategy: 'auth0' },
    ],
    users: [],
  });
});
afterAll(() => test?.close());
beforeEach(() => test.resetClock());

let people = 0;
async function someone(connection = 'Keys') {
  const email = `person-${++people}@example.com`;
  const { id } = await test.tenant.control.users.create({ email, password, connection, emailVerified: true });
  return { id, email, connection };
}
type Person = Awaited<ReturnType<typeof someone>>;

const authorize = (connection: string, changes: Record<string, string> = {}) =>
  test.authorizeUrl({ client_id: 'app', audience: undefined, connection, ...changes });

/** As far as the page after the password. `passkeys`: what the page's script found. */
async function logIn(
  { email, connection }: Pick<Person, 'email' | 'connection'>,
  { passkeys = 'yes', browser = test.browser(), changes = {} as Record<string, string> } = {},
) {
  const opened = await browser.open(authorize(connection, changes));
  const page = await browser.submit(opened, { username: email, password, passkeys });
  return { browser, page };
}

const isOffer = (page: Page) => page.url.pathname === '/u/passkey/offer' && page.callback === undefined;
const codeOf = (page: Page) => page.callback?.searchParams.get('code');
const passkeysOf = ({ id }: Person) => test.tenant.context.store.passkeys.list(id);
const authenticator = () => createSoftAuthenticator(test.issuer.slice(0, -1));

/** What the page's script does. */
async function ask({ browser, page }: Awaited<ReturnType<typeof logIn>>, fields: Record<string, string> = {}) {
  const hidden = /name="_csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  const form = { _csrf: hidden, state: page.url.searchParams.get('state') ?? '', ...fields };
  const send = (path: string, more: Record<string, string> = {}) => ({
    method: 'POST',
    body: new URLSearchParams({ ...form, ...more }),
    headers: { origin: new URL(test.issuer).origin },
    url: new URL(path, test.issuer),
  });
  const { url, ...challenge } = send('/u/passkey/offer/challenge');
  const answer = await browser.request(url, challenge);
  const text = await answer.text();
  const body = text.startsWith('{')
    ? (JSON.parse(text) as { auth_session: string; options: CreationParams })
    : undefined;
  return {
    status: answer.status,
    body,
    options: body?.options as CreationParams,
    async finish(response: object, authSession = body?.auth_session ?? '') {
      const more = { auth_session: authSession, authn_response: JSON.stringify(response) };
      const { url: to, ...init } = send('/u/passkey/offer', more);
      return browser.open(to, init);
    },
  };
}

describe('who logs in with a password and has no passkey', () => {
  it('is offered one, makes it, goes on to the app, and logs in with it', async () => {
    const person = await someone();
    const login = await logIn(person);
    expect(isOffer(login.page)).toBe(true);
    expect(login.page.html).toContain('Log in faster next time');
    const asked = await ask(login);
    const soft = authenticator();
    const done = await asked.finish(soft.create(asked.options));
    expect(codeOf(done)).toEqual(expect.any(String));
    const tokens = await test.redeem(codeOf(done) ?? '', { client_id: 'app' });
    expect(claimsOf(String(tokens.body.id_token)).sub).toBe(person.id);
    expect(await passkeysOf(person)).toMatchObject([{ credentialId: soft.credentials[0]?.id, userId: person.id }]);
    expect((await test.lastEvent('passkey.created')).userId).toBe(person.id);
    expect(codeOf((await logIn(person)).page)).toEqual(expect.any(String));
  });

  it('may say "Not now", and is asked again after 30 days, on any device', async () => {
    const person = await someone();
    const { browser, page } = await logIn(person);
    expect(page.html).toContain('If you skip this, we ask again in 30 days.');
    expect(codeOf(await browser.submit(page, {}, 'skip'))).toEqual(expect.any(String));
    expect(await test.lastEvent('passkey.declined')).toMatchObject({ userId: person.id, clientId: 'app' });
    expect(isOffer((await logIn(person)).page)).toBe(false);
    await test.advance(30 * day - 60_000);
    expect(isOffer((await logIn(person)).page)).toBe(false);
    await test.advance(60_000);
    expect(isOffer((await logIn(person)).page)).toBe(true);
    expect(isOffer((await logIn(await someone())).page)).toBe(true);
  });

  it('sees what is wrong with a passkey, may try again, and then still skip', async () => {
    const person = await someone();
    const login = await logIn(person);
    const asked = await ask(login);
    const failed = await asked.finish(authenticator().create(asked.options, { origin: 'https://evil.example' }));
    expect([failed.status, isOffer(failed)]).toEqual([400, true]);
    expect(failed.html).toContain('The passkey could not be saved.');
    expect((await test.lastEvent('passkey.rejected')).sentence).toContain('evil.example');
    const again = await ask({ ...login, page: failed });
    expect(isOffer(await again.finish({}))).toBe(true);
    expect(codeOf(await login.browser.submit(failed, {}, 'skip'))).toEqual(expect.any(String));
    expect(await passkeysOf(person)).toEqual([]);
  });

  it('then meets the consent page', async () => {
    const person = await someone();
    const { browser, page } = await logIn(person, { changes: { client_id: 'asks' } });
    expect(isOffer(page)).toBe(true);
    expect((await browser.submit(page, {}, 'skip')).url.pathname).toBe('/u/consent');
    expect((await ask({ browser, page })).status).toBe(400);
  });
});

describe('nobody is offered one', () => {
  it.each([
    ['where the device keeps none', 'Keys', { passkeys: '' }],
    ['where the database does not offer them', 'Quiet', {}],
    ['where the database has none', 'Plain', {}],
  ])('%s', async (_name, connection, options) => {
    expect(codeOf((await logIn(await someone(connection), options)).page)).toEqual(expect.any(String));
  });

  it('who is signed in already', async () => {
    const person = await someone();
    const { browser, page } = await logIn(person);
    await browser.submit(page, {}, 'skip');
    await test.advance(31 * day);
    await logIn(person, { browser });
    const silent = await browser.open(authorize('Keys', { prompt: 'none' }));
    expect(codeOf(silent) ?? silent.callback?.searchParams.get('error')).toBeTruthy();
    expect(isOffer(silent)).toBe(false);
  });
});

describe('T33: the offer is no way around anything', () => {
  const withFactor = async () => {
    const person = await someone();
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    const id = `totp|${people}`;
    await test.tenant.context.store.authenticators.insert([
      { id, userId: person.id, factor: 'otp', groupId: id, confirmed: true, secret, createdAt: 0 },
    ]);
    return { ...person, code: () => currentTotp(test.tenant.context, secret) };
  };

  it('it comes after the second factor, not before', async () => {
    const person = await withFactor();
    const { browser, page } = await logIn(person);
    expect(page.url.pathname).toBe('/u/mfa/otp');
    const state = page.url.searchParams.get('state') ?? '';
    expect((await browser.open(new URL(`/u/passkey/offer?state=${state}`, test.issuer))).url.pathname).toBe(
      '/u/mfa/otp',
    );
    expect((await ask({ browser, page })).status).toBe(400);
    const next = await browser.submit(page, { code: person.code() });
    expect(isOffer(next)).toBe(true);
    const asked = await ask({ browser, page: next });
    expect(codeOf(await asked.finish(authenticator().create(asked.options)))).toEqual(expect.any(String));
    expect(await passkeysOf(person)).toHaveLength(1);
  });

  it('nor does the offer to one person serve another, who signs in with the password alone in the same login', async () => {
    const [one, other] = [await someone(), await withFactor()];
    const { browser, page } = await logIn(one);
    expect(isOffer(page)).toBe(true);
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const state = page.url.searchParams.get('state') ?? '';
    const body = new URLSearchParams({ _csrf: csrf, state, username: other.email, password, passkeys: 'yes' });
    const headers = { origin: new URL(test.issuer).origin };
    await browser.request(new URL('/u/login', test.issuer), { method: 'POST', body, headers });
    expect((await ask({ browser, page })).status).toBe(400);
    const opened = await browser.open(new URL(`/u/passkey/offer?state=${state}`, test.issuer));
    expect(opened.url.pathname).toBe('/u/mfa/otp');
  });

  it('a challenge is for its login, person and once', async () => {
    const [one, other] = [await someone(), await someone()];
    const [mine, theirs] = [await logIn(one), await logIn(other)];
    const [asked, stolen] = [await ask(mine), await ask(theirs)];
    const soft = authenticator();
    const wrong = await asked.finish(soft.create(stolen.options), stolen.body?.auth_session);
    expect(isOffer(wrong)).toBe(true);
    expect((await test.lastEvent('passkey.rejected')).sentence).toContain('belongs to another');
    const elsewhere = await ask(await logIn(one));
    expect(isOffer(await (await ask(mine)).finish(soft.create(elsewhere.options), elsewhere.body?.auth_session))).toBe(
      true,
    );
    const late = await ask(mine);
    await test.advance(60_000);
    expect(isOffer(await late.finish(soft.create(late.options)))).toBe(true);
    for (const person of [one, other]) expect(await passkeysOf(person)).toEqual([]);
  });

  it('T21: its forms take a CSRF token, and a login under way', async () => {
    const login = await logIn(await someone());
    expect((await ask(login, { _csrf: 'made-up' })).status).toBe(403);
    expect((await ask(login, { state: 'made-up' })).status).toBe(400);
    expect(login.page.headers.get('content-security-policy')).toContain("connect-src 'self'");
    expect(login.page.html).toMatch(/<form[^>]*data-passkey="\/u\/passkey\/offer\/challenge"[^>]*hidden/);
  });
});
