import { afterAll, beforeAll, expect, it } from 'vitest';
import { api, claimsOf, codeOf, type ProtocolTest, startProtocolTest, strictApi } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const native = { client_id: 'native', redirect_uri: 'com.example.app://callback' };
const thirdParty = { client_id: 'third-party', scope: 'openid read:notes' };
const errorOf = (page: { callback: URL | undefined }) => page.callback?.searchParams.get('error');

it('T24: prompt=none without a session is login_required, "Login required"', async () => {
  const page = await test.browser().open(test.authorizeUrl({ prompt: 'none' }));
  expect(Object.fromEntries(page.callback?.searchParams ?? [])).toEqual({
    error: 'login_required',
    error_description: 'Login required',
    state: 'the-state',
    iss: test.issuer,
  });
});
it('T24: prompt=none with a session gives a code without a page', async () => {
  const browser = test.browser();
  await browser.logIn(test.authorizeUrl());
  expect(codeOf(await browser.open(test.authorizeUrl({ prompt: 'none' })))).toBeTruthy();
});
it('T24: prompt=none without consent is consent_required', async () => {
  const browser = test.browser();
  await browser.logIn(test.authorizeUrl());
  expect(errorOf(await browser.open(test.authorizeUrl({ ...thirdParty, prompt: 'none' })))).toBe('consent_required');
  expect(
    errorOf(await browser.open(test.authorizeUrl({ audience: strictApi, scope: 'read:mail', prompt: 'none' }))),
  ).toBe('consent_required');
});
it('T24: prompt=none to a custom scheme is interaction_required', async () => {
  const browser = test.browser();
  await browser.logIn(test.authorizeUrl());
  expect(errorOf(await browser.open(test.authorizeUrl({ ...native, prompt: 'none' })))).toBe('interaction_required');
});
it('T24: prompt=none with a session that is too old is login_required', async () => {
  const own = await startProtocolTest();
  const browser = own.browser();
  await browser.logIn(own.authorizeUrl());
  own.tenant.context.clock.advance(61_000);
  expect(errorOf(await browser.open(own.authorizeUrl({ prompt: 'none', max_age: '60' })))).toBe('login_required');
  expect(errorOf(await browser.open(own.authorizeUrl({ prompt: 'none', max_age: '0' })))).toBe('login_required');
  expect(errorOf(await browser.open(own.authorizeUrl({ prompt: 'none', max_age: '3600' })))).toBeNull();
  await own.close();
});

it('T24: prompt=login asks again and moves auth_time', async () => {
  const own = await startProtocolTest();
  own.tenant.context.clock.set(Date.now());
  const browser = own.browser();
  const first = await own.tokens({ max_age: '100000' }, browser);
  own.tenant.context.clock.advance(50_000);
  const page = await browser.open(own.authorizeUrl({ prompt: 'login' }));
  expect(page.url.pathname).toBe('/u/login');
  const second = await own.redeem(
    codeOf(await browser.submit(page, { username: 'user@example.com', password: 'Correct-Horse-42' })),
  );
  const times = [first.id_token, String(second.body.id_token)].map((jwt) => Number(claimsOf(jwt).auth_time));
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(50);
  await own.close();
});
it('T24: max_age asks again once the session is older, and max_age=0 always', async () => {
  const own = await startProtocolTest();
  const browser = own.browser();
  await browser.logIn(own.authorizeUrl());
  expect((await browser.open(own.authorizeUrl({ max_age: '0' }))).url.pathname).toBe('/u/login');
  expect((await browser.open(own.authorizeUrl({ max_age: '60' }))).callback).toBeDefined();
  // Stopped, so that the login and the claim fall into the same second.
  const { clock } = own.tenant.context;
  clock.set(clock.now() + 61_000);
  const page = await browser.open(own.authorizeUrl({ max_age: '60' }));
  expect(page.url.pathname).toBe('/u/login');
  const answer = await own.redeem(
    codeOf(await browser.submit(page, { username: 'user@example.com', password: 'Correct-Horse-42' })),
  );
  expect(claimsOf(String(answer.body.id_token)).auth_time).toBe(clock.seconds());
  await own.close();
});
it('T24: a login in one window does not count as the re-authentication of another', async () => {
  const browser = test.browser();
  await browser.logIn(test.authorizeUrl());
  const waiting = await browser.open(test.authorizeUrl({ prompt: 'login' }));
  await browser.logIn(test.authorizeUrl({ prompt: 'login' }));
  const resumed = await browser.open(new URL(`/authorize/resume${waiting.url.search}`, test.issuer));
  expect(resumed.url.pathname).toBe('/u/login');
});
it('asks for the login of another connection', async () => {
  const browser = test.browser();
  await browser.logIn(test.authorizeUrl());
  const named = { connection: 'Username-Password-Authentication' };
  expect((await browser.open(test.authorizeUrl(named))).callback).toBeDefined();
  expect((await browser.open(test.authorizeUrl({ connection: 'Second-Database' }))).url.pathname).toBe('/u/login');
});

it('prompt=select_account shows the account and goes on with it', async () => {
  const browser = test.browser();
  await browser.logIn(test.authorizeUrl());
  const page = await browser.open(test.authorizeUrl({ prompt: 'select_account' }));
  expect(page.url.pathname).toBe('/u/select-account');
  expect(codeOf(await browser.submit(page, {}, 'continue'))).toBeTruthy();
});
it('prompt=select_account without a session is a login', async () => {
  const page = await test.browser().open(test.authorizeUrl({ prompt: 'select_account' }));
  expect(page.url.pathname).toBe('/u/login');
});

it('T25: a custom scheme gets interaction although a session lives', async () => {
  const browser = test.browser();
  await browser.logIn(test.authorizeUrl());
  const page = await browser.open(test.authorizeUrl(native));
  expect(page.url.pathname).toBe('/u/select-account');
  const done = await browser.submit(page, {}, 'continue');
  expect(done.callback?.protocol).toBe('com.example.app:');
  expect(codeOf(done)).toBeTruthy();
});
it('T25: a custom scheme needs no second page when the person has just signed in', async () => {
  const page = await test.browser().logIn(test.authorizeUrl(native));
  expect(page.callback?.protocol).toBe('com.example.app:');
  expect(codeOf(page)).toBeTruthy();
});
it('T25: https and loopback callbacks of a first-party client go on by themselves', async () => {
  const browser = test.browser();
  await browser.logIn(test.authorizeUrl());
  const loopback = { client_id: 'native', redirect_uri: 'http://127.0.0.1:4711/callback' };
  expect(codeOf(await browser.open(test.authorizeUrl()))).toBeTruthy();
  expect(codeOf(await browser.open(test.authorizeUrl(loopback)))).toBeTruthy();
});

it('a third-party client asks for consent once, and again for more', async () => {
  const browser = test.browser();
  const page = await browser.logIn(test.authorizeUrl(thirdParty));
  expect(page.url.pathname).toBe('/u/consent');
  const answer = await test.redeem(codeOf(await browser.submit(page)), { client_id: 'third-party' });
  expect(answer.body.scope).toBe('openid read:notes');
  expect(codeOf(await browser.open(test.authorizeUrl(thirdParty)))).toBeTruthy();
  expect(
    codeOf(await browser.open(test.authorizeUrl({ ...thirdParty, scope: 'openid', prompt: 'none' }))),
  ).toBeTruthy();
  const more = await browser.open(test.authorizeUrl({ ...thirdParty, scope: 'openid read:notes write:notes' }));
  expect(more.url.pathname).toBe('/u/consent');
});
it('consent is for one API, one client and one person', async () => {
  const own = await startProtocolTest();
  const browser = own.browser();
  await browser.submit(await browser.logIn(own.authorizeUrl(thirdParty)));
  expect((await browser.open(own.authorizeUrl({ ...thirdParty, audience: undefined }))).url.pathname).toBe(
    '/u/consent',
  );
  const other = own.browser();
  const page = await other.logIn(own.authorizeUrl(thirdParty), {
    username: 'other@example.com',
    password: 'Other-Horse-42',
  });
  expect(page.url.pathname).toBe('/u/consent');
  await own.close();
});
it('a refused consent is access_denied, and nothing is remembered', async () => {
  const own = await startProtocolTest();
  const browser = own.browser();
  const page = await browser.submit(await browser.logIn(own.authorizeUrl(thirdParty)), {}, 'cancel');
  expect(errorOf(page)).toBe('access_denied');
  expect(await own.tenant.context.store.consents.get('auth0|sample', 'third-party', api)).toBeUndefined();
  await own.close();
});
it('prompt=consent asks a first-party client’s person, too', async () => {
  const browser = test.browser();
  await browser.logIn(test.authorizeUrl());
  const page = await browser.open(test.authorizeUrl({ prompt: 'consent' }));
  expect(page.url.pathname).toBe('/u/consent');
  expect(codeOf(await browser.submit(page))).toBeTruthy();
});
it('an API can ask for consent although the client is first-party', async () => {
  const browser = test.browser();
  const page = await browser.logIn(test.authorizeUrl({ audience: strictApi, scope: 'openid read:mail' }));
  expect(page.url.pathname).toBe('/u/consent');
});
