import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateConfig } from '../src/config/validate.ts';
import {
  type BoundTest,
  boundConfig,
  filesApi,
  loginForm,
  mfaOtpGrant,
  rbacApi,
  startBoundTest,
} from './support/bound.ts';
import { api, claimsOf, otherApi, strictApi, type TokenAnswer } from './support/protocol.ts';

let test: BoundTest;
beforeAll(async () => {
  test = await startBoundTest();
});
afterAll(() => test.close());

const native = { client_id: 'native' };
const scopesOf = (answer: TokenAnswer) => String(answer.body.scope).split(' ').sort();
const tokenOf = (answer: TokenAnswer) => String(answer.body.refresh_token);

/** A login of the native client for the notes API, and a renewal of it. */
async function renew(changes: Record<string, string>, login: Record<string, string> = {}): Promise<TokenAnswer> {
  const first = await test.login({ ...native, ...login });
  return test.refresh(tokenOf(first), { ...native, ...changes });
}

describe('multi-resource refresh tokens', () => {
  it('without audience give the original API, with the scopes of login and policy', async () => {
    const answer = await renew({});
    expect(answer.status).toBe(200);
    expect(scopesOf(answer)).toEqual(['email', 'offline_access', 'openid', 'profile', 'read:notes', 'write:notes']);
    expect(claimsOf(String(answer.body.access_token)).aud).toEqual([api, `${test.issuer}userinfo`]);
  });
  it('for the original API named are the same', async () => {
    const answer = await renew({ audience: api });
    expect(scopesOf(answer)).toEqual(['email', 'offline_access', 'openid', 'profile', 'read:notes', 'write:notes']);
  });
  it('for another API give what its policy names, and an ID token', async () => {
    const answer = await renew({ audience: filesApi });
    expect(answer.status).toBe(200);
    const claims = claimsOf(String(answer.body.access_token));
    expect(claims.aud).toEqual([filesApi, `${test.issuer}userinfo`]);
    expect(scopesOf(answer)).toEqual(['email', 'offline_access', 'openid', 'profile', 'read:files', 'write:files']);
    expect(claimsOf(String(answer.body.id_token)).aud).toBe('native');
  });
  it('give one audience per access token', async () => {
    const answer = await renew({ audience: filesApi, scope: 'read:files' });
    const claims = claimsOf(String(answer.body.access_token));
    expect([claims.aud, claims.scope]).toEqual([filesApi, 'read:files']);
    expect(answer.body).not.toHaveProperty('id_token');
  });
  it('narrow to what is asked for, and drop the rest silently', async () => {
    const answer = await renew({ audience: filesApi, scope: 'openid read:files purge:files read:notes unknown' });
    expect(scopesOf(answer)).toEqual(['openid', 'read:files']);
    expect((await test.lastEvent('refresh.scope_narrowed')).sentence).toContain('purge:files, read:notes, unknown');
  });
  it('never give identity scopes that the login did not have', async () => {
    const answer = await renew({ audience: filesApi }, { scope: 'openid offline_access read:notes' });
    expect(scopesOf(answer)).toEqual(['offline_access', 'openid', 'read:files', 'write:files']);
  });
  it('T12: the family keeps its scope: a narrow renewal for another API takes nothing away', async () => {
    const first = await test.login(native);
    const second = await test.refresh(tokenOf(first), { ...native, audience: filesApi, scope: 'read:files' });
    const third = await test.refresh(tokenOf(second), native);
    expect(scopesOf(third)).toContain('write:notes');
    expect(claimsOf(String(third.body.access_token)).aud).toContain(api);
    const fourth = await test.refresh(tokenOf(third), { ...native, audience: filesApi });
    expect(scopesOf(fourth)).toContain('write:files');
  });
  it('T12: an API without a policy gives a token for the original one', async () => {
    const answer = await renew({ audience: otherApi });
    expect(claimsOf(String(answer.body.access_token)).aud).toContain(api);
    expect((await test.lastEvent('refresh.audience_ignored')).sentence).toContain(otherApi);
  });
  it('T12: an unknown API is refused', async () => {
    const answer = await renew({ audience: 'https://nowhere.example.test' });
    expect([answer.status, answer.body.error]).toEqual([403, 'access_denied']);
  });
  it('T12: a client without policies gets neither more APIs nor more scopes', async () => {
    const first = await test.login();
    const second = await test.refresh(tokenOf(first), { audience: filesApi, scope: 'read:notes write:notes' });
    expect([second.body.scope, claimsOf(String(second.body.access_token)).aud]).toEqual(['read:notes', api]);
  });
  it('T29: a token for the files API alone is refused at /userinfo', async () => {
    const answer = await renew({ audience: filesApi, scope: 'read:files' });
    expect((await test.userinfo(String(answer.body.access_token))).status).toBe(401);
  });
  it('begin from a login without an API, too', async () => {
    const { audience: _, ...form } = loginForm({ ...native, scope: 'openid offline_access' });
    const first = await test.post('/oauth/token', form);
    const second = await test.refresh(tokenOf(first), { ...native, audience: filesApi });
    expect(claimsOf(String(second.body.access_token)).aud).toContain(filesApi);
    const third = await test.refresh(tokenOf(second), native);
    expect(String(third.body.access_token)).not.toContain('.');
  });
  it('obey role-based access control', async () => {
    const answer = await renew({ audience: rbacApi }, { username: 'other@example.com', password: 'Other-Horse-42' });
    expect(scopesOf(answer)).toEqual(['email', 'offline_access', 'openid', 'profile']);
  });
  it('go on for the same API after a second factor', async () => {
    const login = loginForm({ ...native, username: 'mfa@example.com', password: 'Second-Horse-42' });
    const owing = await startBoundTest({
      ...boundConfig,
      clients: boundConfig.clients.map((client) => ({ ...client, mfaPolicy: 'adaptive' as const })),
    });
    const begun = await owing.post('/oauth/token', login);
    expect(begun.status).toBe(200);
    const owed = await owing.refresh(tokenOf(begun), {
      ...native,
      audience: filesApi,
      scope: 'openid read:files',
      acr_values: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
    });
    expect(owed.body.error).toBe('mfa_required');
    const finished = await owing.post('/oauth/token', {
      grant_type: mfaOtpGrant,
      ...native,
      mfa_token: String(owed.body.mfa_token),
      otp: await owing.tenant.control.mfa.totpCode('auth0|mfa'),
    });
    expect(finished.status).toBe(200);
    expect([finished.body.scope, claimsOf(String(finished.body.access_token)).aud]).toEqual([
      'openid read:files',
      [filesApi, `${owing.issuer}userinfo`],
    ]);
    await owing.close();
  });
});

describe('policies of the configuration', () => {
  const withPolicy = (policy: object, client: object = {}) => ({
    apis: boundConfig.apis,
    clients: [{ clientId: 'c', name: 'C', type: 'spa', refreshToken: { policies: [policy] }, ...client }],
  });
  it.each([
    [{ audience: 'https://nowhere.example.test', scope: [] }, {}, 'there is no API "https://nowhere.example.test"'],
    [{ audience: filesApi, scope: ['read:fiels'] }, {}, 'has no scope "read:fiels"'],
    [{ audience: strictApi, scope: [] }, {}, 'asks for consent'],
    [{ audience: filesApi, scope: [] }, { skipConsent: false }, 'first-party'],
  ])('refuse %j with %j', (policy, client, message) => {
    expect(() => validateConfig(withPolicy(policy, client))).toThrow(message);
  });
});
