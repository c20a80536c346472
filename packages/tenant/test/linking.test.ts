import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type DirectTest, otpGrant, startDirectTest } from './support/direct.ts';
import { claimsOf, codeOf } from './support/protocol.ts';

let test: DirectTest | undefined;
const start = async (accountLinking: 'off' | 'verified-email', users: object[] = []) => {
  test = await startDirectTest({
    accountLinking,
    users: [{ id: 'auth0|ada', email: 'ada@example.com', password: 'Engine-Horse-42' }, ...users],
  });
  return test;
};
afterEach(() => test?.close());
afterAll(() => test?.close());

const bySocial = async (
  { browser: open, authorizeUrl, redeem }: DirectTest,
  email: string,
  { verified = true, connection = 'google-oauth2' } = {},
) => {
  const browser = open();
  const page = await browser.open(authorizeUrl({ client_id: 'app', connection, scope: 'openid profile email' }));
  const sent = { email, name: 'Ada G', email_verified: verified ? 'yes' : 'no' };
  const answer = await redeem(codeOf(await browser.submit(page, sent, 'other')), { client_id: 'app' });
  return claimsOf(String(answer.body.id_token));
};
const byCode = async ({ json, newest }: DirectTest, email: string) => {
  await json('/passwordless/start', { client_id: 'app', connection: 'email', email, send: 'code' });
  const { code } = await newest(email);
  const grant = { grant_type: otpGrant, client_id: 'app', username: email, otp: code, realm: 'email', scope: 'openid' };
  return claimsOf(String((await json('/oauth/token', grant)).body.id_token));
};

describe('accountLinking: off', () => {
  it('is the default, and every connection has its own user', async () => {
    const own = await start('off');
    expect((await bySocial(own, 'ada@example.com')).sub).toMatch(/^google-oauth2\|/);
    expect((await byCode(own, 'ada@example.com')).sub).toMatch(/^email\|/);
    expect((await own.tenant.control.users.get('auth0|ada')).identities).toHaveLength(1);
  });
});

describe('accountLinking: verified-email', () => {
  it('makes the social login the user who has that address verified, and keeps their profile', async () => {
    const own = await start('verified-email');
    const claims = await bySocial(own, 'ADA@example.com');
    expect(claims.sub).toBe('auth0|ada');
    const answer = await own.control('/users/auth0%7Cada');
    expect(await answer.json()).toMatchObject({
      email: 'ada@example.com',
      identities: [
        { provider: 'auth0', connection: 'Username-Password-Authentication', userId: 'ada', isSocial: false },
        {
          provider: 'google-oauth2',
          connection: 'google-oauth2',
          userId: expect.stringMatching(/^\d{21}$/),
          isSocial: true,
          profile: { name: 'Ada G' },
        },
      ],
    });
    expect((await bySocial(own, 'ada@example.com')).sub).toBe('auth0|ada');
    expect((await own.lastEvent('user.linked')).userId).toBe('auth0|ada');
  });

  it('lets a silent login name any of the linked connections, and no other', async () => {
    const own = await start('verified-email');
    const browser = own.browser();
    const url = (connection: string, prompt?: string) =>
      own.authorizeUrl({ client_id: 'app', connection, prompt, scope: 'openid' });
    const page = await browser.open(url('apple'));
    await browser.submit(page, { email: 'ada@example.com', name: 'Ada', email_verified: 'yes' }, 'other');
    expect(codeOf(await browser.open(url('apple', 'none')))).not.toBe('');
    expect(codeOf(await browser.open(url('Username-Password-Authentication', 'none')))).not.toBe('');
    const other = await browser.open(url('google-oauth2', 'none'));
    expect(other.callback?.searchParams.get('error')).toBe('login_required');
  });

  it('does the same for a passwordless login, and all three ways lead to one user', async () => {
    const own = await start('verified-email');
    expect((await byCode(own, 'ada@example.com')).sub).toBe('auth0|ada');
    expect((await bySocial(own, 'ada@example.com', { connection: 'apple' })).sub).toBe('auth0|ada');
    expect((await byCode(own, 'ada@example.com')).sub).toBe('auth0|ada');
    expect((await own.tenant.control.users.get('auth0|ada')).identities.map(({ provider }) => provider)).toEqual([
      'auth0',
      'email',
      'apple',
    ]);
    expect(await own.tenant.control.users.list()).toHaveLength(1);
  });

  it('links nobody to an address the provider has not verified', async () => {
    const own = await start('verified-email');
    expect((await bySocial(own, 'ada@example.com', { verified: false })).sub).toMatch(/^google-oauth2\|/);
    expect((await own.tenant.control.users.get('auth0|ada')).identities).toHaveLength(1);
  });

  it('links nobody to a user who has not verified the address: it may be somebody else’s', async () => {
    const squatter = {
      id: 'auth0|squatter',
      email: 'grace@example.com',
      emailVerified: false,
      password: 'Squat-Horse-42',
    };
    const own = await start('verified-email', [squatter]);
    expect((await bySocial(own, 'grace@example.com')).sub).toMatch(/^google-oauth2\|/);
    expect((await own.tenant.control.users.get('auth0|squatter')).identities).toHaveLength(1);
  });

  it('a deleted user takes the link along', async () => {
    const own = await start('verified-email');
    await bySocial(own, 'ada@example.com');
    await own.tenant.control.users.delete('auth0|ada');
    expect((await bySocial(own, 'ada@example.com')).sub).toMatch(/^google-oauth2\|/);
  });

  it('survives export and import', async () => {
    const own = await start('verified-email');
    await bySocial(own, 'ada@example.com');
    const data = await own.tenant.control.exportData();
    await own.tenant.control.reset();
    await own.tenant.control.importData(JSON.parse(JSON.stringify(data)));
    expect((await bySocial(own, 'ada@example.com')).sub).toBe('auth0|ada');
    expect((await own.tenant.control.users.get('auth0|ada')).identities).toHaveLength(2);
  });
});
