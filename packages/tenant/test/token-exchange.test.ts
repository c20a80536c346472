import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sampleConfig } from '../src/config/sample.ts';
import type { TenantConfigInput } from '../src/config/schema.ts';
import { validateConfig } from '../src/config/validate.ts';
import {
  type BoundTest,
  boundConfig,
  createProofKey,
  database,
  exchangeGrant,
  rbacApi,
  startBoundTest,
} from './support/bound.ts';
import { api, claimsOf, strictApi, type TokenAnswer } from './support/protocol.ts';

let test: BoundTest;
beforeEach(async () => {
  test = await startBoundTest();
  test.tenant.context.clock.set(Date.now());
});
afterEach(() => test.close());

const sampleType = 'urn:example:sample-token';
const partnerType = 'urn:example:partner-token';
const closedType = 'urn:example:closed-token';
const agentType = 'urn:example:agent-token';
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';

const sign = (type: string, claims: Record<string, unknown> = { sub: 'auth0|sample' }, lifetime?: number) =>
  test.tenant.control.signSubjectToken({ type, claims, ...(lifetime === undefined ? {} : { lifetime }) });

function exchange(token: string, changes: Record<string, string | undefined> = {}): Promise<TokenAnswer> {
  const form = {
    grant_type: exchangeGrant,
    client_id: 'spa',
    subject_token: token,
    subject_token_type: sampleType,
    audience: api,
    scope: 'openid profile email offline_access read:notes',
    ...changes,
  };
  const sent = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return test.post('/oauth/token', Object.fromEntries(sent));
}
const why = async () => (await test.lastEvent('token.rejected')).sentence;
const refused = { error: 'invalid_grant', error_description: 'Invalid subject token.' };

describe('custom profiles', () => {
  it('give the usual tokens for the user the token is about', async () => {
    const answer = await exchange(await sign(sampleType));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      scope: 'openid profile email offline_access read:notes',
    });
    expect(claimsOf(String(answer.body.access_token))).toMatchObject({ sub: 'auth0|sample', azp: 'spa' });
    expect(claimsOf(String(answer.body.access_token))).not.toHaveProperty('gty');
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({ sub: 'auth0|sample', email: 'user@example.com' });
    expect((await test.refresh(String(answer.body.refresh_token))).status).toBe(200);
    expect(await test.lastEvent('login.success')).toMatchObject({ clientId: 'spa', userId: 'auth0|sample' });
  });
  it('give tokens bound to a proved key', async () => {
    const key = await createProofKey();
    const form = { grant_type: exchangeGrant, client_id: 'spa', subject_token_type: sampleType };
    const answer = await test.postProved(key, { ...form, subject_token: await sign(sampleType), audience: api });
    expect(claimsOf(String(answer.body.access_token)).cnf).toEqual({ jkt: key.jkt });
  });
  it('without scope give all of the audience', async () => {
    const answer = await exchange(await sign(sampleType), { scope: undefined });
    expect(answer.body.scope).toContain('write:notes');
  });
  it('pass the gate: permissions count', async () => {
    const answer = await exchange(await sign(sampleType, { sub: 'auth0|other' }), {
      audience: rbacApi,
      scope: 'openid read:rbac',
    });
    expect(answer.body.scope).toBe('openid');
  });

  const forged = async (alg: 'ES256' | 'RS256') =>
    new SignJWT({ sub: 'auth0|sample' })
      .setProtectedHeader({ alg, kid: 'postern-test-subject-tokens' })
      .setIssuer('https://issuer.example.test/')
      .setAudience('tenant')
      .setExpirationTime('1h')
      .sign((await generateKeyPair(alg, { extractable: true })).privateKey);
  const hmac = async () =>
    new SignJWT({ sub: 'auth0|sample', iss: 'https://issuer.example.test/', aud: 'tenant' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode('a secret that is long enough for HS256'));
  const unsigned = async () => {
    const [, payload] = (await sign(sampleType)).split('.');
    return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  };
  const refusals: [string, () => Promise<string>, string][] = [
    ['of another issuer', () => sign(sampleType, { sub: 'auth0|sample', iss: 'https://evil.test/' }), '"iss"'],
    ['for another audience', () => sign(sampleType, { sub: 'auth0|sample', aud: 'somebody-else' }), '"aud"'],
    ['of another profile', () => sign(partnerType), '"iss"'],
    ['that has expired', () => sign(sampleType, { sub: 'auth0|sample' }, -1), '"exp"'],
    ['that never expires', () => sign(sampleType, { sub: 'auth0|sample', exp: undefined }), '"exp"'],
    ['from the future', () => sign(sampleType, { sub: 'auth0|sample', nbf: 9_999_999_999 }), '"nbf"'],
    ['signed by another key', () => forged('ES256'), 'signature verification failed'],
    ['signed by another kind of key', () => forged('RS256'), 'no applicable key'],
    ['signed with a secret', hmac, '"alg"'],
    ['that is not signed', unsigned, '"alg"'],
    ['that is no JWT', async () => 'not-a-jwt', 'Invalid Compact JWS'],
    ['of an unknown user', () => sign(sampleType, { sub: 'auth0|nobody' }), 'there is no such user'],
    ['without a user', () => sign(sampleType, {}), 'no claim sub'],
    ['whose user is no text', () => sign(sampleType, { sub: undefined, user: 7 }), 'no claim sub'],
  ];
  it.each(refusals)('refuse a token %s', async (_name, make, sentence) => {
    const token = await make();
    const answer = await exchange(token);
    expect([answer.status, answer.body]).toEqual([403, refused]);
    expect(await why()).toContain(sentence);
    expect(await why()).not.toContain(token);
  });
  it('refuse a blocked user as everywhere', async () => {
    const answer = await exchange(await sign(sampleType, { sub: 'auth0|blocked' }));
    expect([answer.status, answer.body]).toEqual([
      401,
      { error: 'unauthorized', error_description: 'user is blocked' },
    ]);
  });
  it.each([
    ['subject_token', { subject_token: undefined }],
    ['subject_token_type', { subject_token_type: undefined }],
  ])('refuse a request without %s', async (name, changes) => {
    const answer = await exchange('token', changes);
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: 'invalid_request', error_description: `Missing required parameter: ${name}` },
    ]);
  });
  it.each([
    'http://auth0.com/anything',
    'https://auth0.com/oauth/token-type/new',
    'https://tenant.okta.com/x',
    'urn:ietf:params:oauth:token-type:jwt',
    'urn:auth0:thing',
    'urn:okta:thing',
  ])('refuse the reserved type %s', async (type) => {
    const answer = await exchange('token', { subject_token_type: type });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    expect(answer.body.error_description).toContain('reserved namespace');
  });
  it('refuse a type nobody configured', async () => {
    const answer = await exchange('token', { subject_token_type: 'urn:example:unknown' });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    expect(await why()).toContain(sampleType);
  });
  it('refuse unknown audiences, and those that ask for consent', async () => {
    for (const audience of ['https://nowhere.test', strictApi]) {
      const answer = await exchange(await sign(sampleType), { audience });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_target']);
    }
  });
  it('refuse clients without the grant, and those of third parties', async () => {
    const plain = await exchange(await sign(sampleType), { client_id: 'plain-spa' });
    expect([plain.status, plain.body.error]).toEqual([403, 'unauthorized_client']);
    const third = await exchange(await sign(sampleType), { client_id: 'third-party' });
    expect([third.status, third.body.error]).toEqual([403, 'unauthorized_client']);
  });
  it('make no session transfer token', async () => {
    const audience = `urn:${new URL(test.issuer).host}:session_transfer`;
    const answer = await exchange(await sign(sampleType), { audience });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });
  it('owe a second factor as other logins do', async () => {
    const token = await sign(sampleType, { sub: 'auth0|mfa' });
    const owed = await exchange(token);
    expect([owed.status, owed.body.error]).toEqual([403, 'mfa_required']);
    const finished = await test.post('/oauth/token', {
      grant_type: 'http://auth0.com/oauth/grant-type/mfa-otp',
      client_id: 'spa',
      mfa_token: String(owed.body.mfa_token),
      otp: await test.tenant.control.mfa.totpCode('auth0|mfa'),
    });
    expect(finished.status).toBe(200);
  });
  it('cannot prove one with an actor or an organization', async () => {
    const token = await sign(sampleType, { sub: 'auth0|mfa' });
    const actor = await sign(agentType, { sub: 'agent-1' });
    const acting = await exchange(token, { actor_token: actor, actor_token_type: agentType });
    expect([acting.status, acting.body]).toEqual([
      400,
      {
        error: 'invalid_request',
        error_description: 'MFA is not supported using actor_token with the requested token exchange profile.',
      },
    ]);
    const member = await exchange(token, { organization: 'acme' });
    expect([member.status, member.body.error]).toEqual([400, 'invalid_request']);
  });
});

describe('throttling', () => {
  it('after ten refused tokens an address gets one try more every ten minutes', async () => {
    for (let call = 0; call < 10; call++) expect((await exchange('bad')).status).toBe(403);
    const slowed = {
      error: 'too_many_attempts',
      error_description:
        'We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.',
    };
    const eleventh = await exchange(await sign(sampleType));
    expect([eleventh.status, eleventh.body]).toEqual([429, slowed]);
    test.advance(600);
    expect((await exchange('bad')).status).toBe(403);
    expect((await exchange('bad')).status).toBe(429);
    test.advance(600);
    expect((await exchange(await sign(sampleType))).status).toBe(200);
  });
  it('good tokens and malformed requests do not count', async () => {
    for (let call = 0; call < 15; call++) {
      await exchange(await sign(sampleType));
      await exchange('token', { subject_token_type: 'urn:example:unknown' });
    }
    expect((await exchange(await sign(sampleType))).status).toBe(200);
  });
  it('other logins from that address go on', async () => {
    for (let call = 0; call < 11; call++) await exchange('bad');
    expect((await test.login()).status).toBe(200);
  });
});

describe('actors', () => {
  const act = async (actor: string, type = agentType, changes: Record<string, string | undefined> = {}) =>
    exchange(await sign(sampleType), { actor_token: actor, actor_token_type: type, ...changes });

  it('are told in both tokens and at /userinfo, and there is no refresh token', async () => {
    const answer = await act(await sign(agentType, { sub: 'agent-1' }));
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty('refresh_token');
    expect(answer.body.scope).toBe('openid profile email read:notes');
    const expected = { sub: 'agent-1', iss: 'https://agents.example.test/' };
    for (const name of ['access_token', 'id_token']) {
      expect(claimsOf(String(answer.body[name])).act).toEqual(expected);
    }
    const response = await test.userinfo(String(answer.body.access_token));
    expect(await response.json()).toMatchObject({ sub: 'auth0|sample', act: expected });
  });
  it('are told of opaque tokens, too', async () => {
    const actor = await sign(agentType, { sub: 'agent-1' });
    const answer = await act(actor, agentType, { audience: undefined, scope: 'openid' });
    const response = await test.userinfo(String(answer.body.access_token));
    expect(await response.json()).toMatchObject({ act: { sub: 'agent-1' } });
  });
  it('may be users of this tenant, by ID token, and the chain stays visible', async () => {
    const { body } = await test.login({ username: 'other@example.com', password: 'Other-Horse-42' });
    const answer = await act(String(body.id_token), idTokenType);
    expect(claimsOf(String(answer.body.access_token)).act).toEqual({ sub: 'auth0|other' });
    const next = await act(String(answer.body.id_token), idTokenType);
    expect(claimsOf(String(next.body.access_token)).act).toEqual({
      sub: 'auth0|sample',
      act: { sub: 'auth0|other' },
    });
  });
  it('come with both parameters or with none', async () => {
    for (const changes of [{ actor_token: 'x' }, { actor_token_type: agentType }]) {
      const answer = await exchange(await sign(sampleType), changes);
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
      expect(answer.body.error_description).toContain('must be sent together');
    }
  });
  it('T28: an access token is no ID token', async () => {
    const { body } = await test.login();
    expect((await act(String(body.access_token), idTokenType)).body).toEqual(refused);
    expect(await why()).toContain('was an access token sent instead');
  });
  it('are refused when their token is not good', async () => {
    const { body } = await test.login({ username: 'other@example.com', password: 'Other-Horse-42' });
    expect((await act('junk')).body).toEqual(refused);
    expect((await act('junk', idTokenType)).body).toEqual(refused);
    expect((await act(await sign(agentType, {}))).body).toEqual(refused);
    expect((await act(await sign(agentType, { sub: 'agent-1', iss: 'https://evil.test/' }))).body).toEqual(refused);
    expect((await act(await sign(sampleType))).body).toEqual(refused);
    await test.tenant.control.users.block('auth0|other');
    expect((await act(String(body.id_token), idTokenType)).body).toEqual(refused);
    test.advance(36_001);
    expect((await act(String(body.id_token), idTokenType)).body).toEqual(refused);
  });
  it('of a type the profile does not know are refused', async () => {
    const answer = await act(await sign(agentType, { sub: 'agent-1' }), 'urn:example:other');
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });
  it('may be missing nowhere they are required, and come nowhere else', async () => {
    const missing = await exchange(await sign(closedType, { sub: 'sample' }), { subject_token_type: closedType });
    expect(missing.body.error_description).toBe('The token exchange profile requires an actor_token.');
    const extra = await exchange(await sign(partnerType, { user_id: 'sample' }), {
      subject_token_type: partnerType,
      actor_token: await sign(agentType, { sub: 'agent-1' }),
      actor_token_type: agentType,
    });
    expect(extra.body.error_description).toBe('The token exchange profile does not take an actor_token.');
  });
});

describe('mapping', () => {
  const partner = async (claims: Record<string, unknown>, changes = {}) =>
    exchange(await sign(partnerType, claims), { subject_token_type: partnerType, ...changes });
  const subjectOf = (answer: TokenAnswer) => claimsOf(String(answer.body.id_token)).sub;

  it('finds a user by the id of the connection', async () => {
    expect(subjectOf(await partner({ user_id: 'sample' }))).toBe('auth0|sample');
  });
  it('finds one by an address that the issuer vouches for', async () => {
    expect(subjectOf(await partner({ email: 'OTHER@example.com', email_verified: true }))).toBe('auth0|other');
    expect((await partner({ email: 'other@example.com', email_verified: false })).body).toEqual(refused);
  });
  it('finds nobody of another connection', async () => {
    expect((await partner({ email: 'staff@example.com' })).body).toEqual(refused);
    expect((await partner({ user_id: 'staff' })).body).toEqual(refused);
    expect(await why()).toContain('of the connection Staff');
  });
  it('creates who is not there, once, where that is allowed', async () => {
    const claims = { user_id: 'p-1', email: 'new@partner.test', email_verified: true, name: 'New Person' };
    const first = await partner(claims);
    expect(claimsOf(String(first.body.id_token))).toMatchObject({
      sub: 'auth0|p-1',
      email: 'new@partner.test',
      email_verified: true,
      name: 'New Person',
    });
    expect(subjectOf(await partner(claims))).toBe('auth0|p-1');
    const closed = await exchange(await sign(closedType, { sub: 'p-2' }), {
      subject_token_type: closedType,
      actor_token: String((await test.login()).body.id_token),
      actor_token_type: idTokenType,
    });
    expect(closed.body).toEqual(refused);
  });
  it('signs in to the organization of the profile', async () => {
    const answer = await exchange(await sign(closedType, { sub: 'sample' }), {
      subject_token_type: closedType,
      actor_token: String((await test.login()).body.id_token),
      actor_token_type: idTokenType,
    });
    expect(claimsOf(String(answer.body.access_token)).org_id).toBe('org_acme');
  });
});

describe('native social', () => {
  const mint = (connection: string, type?: string, email = 'ada@example.com') =>
    test.tenant.control.mintSocialToken({
      connection,
      email,
      name: 'Ada Lovelace',
      ...(type === undefined ? {} : { type }),
    });
  const native = (token: string, type: string, changes: Record<string, string | undefined> = {}) =>
    exchange(token, { subject_token_type: type, ...changes });

  it.each([
    ['google-oauth2', 'http://auth0.com/oauth/token-type/google-id-token'],
    ['apple', 'http://auth0.com/oauth/token-type/apple-authz-code'],
    ['apple', 'http://auth0.com/oauth/token-type/apple-id-token'],
  ])('%s signs in with %s', async (connection, type) => {
    const { subjectToken, subjectTokenType, userProfile } = await mint(connection, type);
    expect(subjectTokenType).toBe(type);
    const answer = await native(subjectToken, type, { user_profile: userProfile });
    expect(answer.status).toBe(200);
    const claims = claimsOf(String(answer.body.id_token));
    expect(claims.sub).toMatch(new RegExp(`^${connection}\\|`));
    expect(claims).toMatchObject({ email: 'ada@example.com', name: 'Ada Lovelace' });
    expect(answer.body).toHaveProperty('refresh_token');
  });
  it('takes the name Apple told the app once', async () => {
    const { subjectToken, subjectTokenType } = await mint('apple');
    const profile = JSON.stringify({ name: { firstName: 'Augusta', lastName: 'King' } });
    const answer = await native(subjectToken, subjectTokenType, { user_profile: profile });
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({
      name: 'Augusta King',
      given_name: 'Augusta',
      family_name: 'King',
    });
  });
  it('facebook wants the profile, and a connection that lets people in', async () => {
    const { subjectToken, subjectTokenType, userProfile } = await mint('facebook');
    const without = await native(subjectToken, subjectTokenType);
    expect(without.body.error_description).toBe('Missing required parameter: user_profile');
    const closed = await native(subjectToken, subjectTokenType, { user_profile: userProfile });
    expect([closed.status, closed.body]).toEqual([
      403,
      { error: 'access_denied', error_description: 'Public signup is disabled' },
    ]);
    const open = boundConfig.connections.map((one) => ({ ...one, signup: true }));
    const own = await startBoundTest({ ...boundConfig, connections: open });
    const minted = await own.tenant.control.mintSocialToken({ connection: 'facebook', email: 'ada@example.com' });
    const answer = await own.post('/oauth/token', {
      grant_type: exchangeGrant,
      client_id: 'native',
      subject_token: minted.subjectToken,
      subject_token_type: minted.subjectTokenType,
      user_profile: minted.userProfile ?? '',
    });
    expect(answer.status).toBe(200);
    await own.close();
  });
  it('an authorization code works once, and not for long', async () => {
    const { subjectToken, subjectTokenType } = await mint('apple');
    expect((await native(subjectToken, subjectTokenType)).status).toBe(200);
    expect((await native(subjectToken, subjectTokenType)).body).toEqual(refused);
    const late = await mint('apple');
    test.advance(300);
    expect((await native(late.subjectToken, subjectTokenType)).body).toEqual(refused);
  });
  it.each(['google-id-token', 'apple-id-token', 'apple-authz-code'])('a made-up %s is refused', async (name) => {
    const answer = await native('made-up', `http://auth0.com/oauth/token-type/${name}`);
    expect([answer.status, answer.body]).toEqual([403, refused]);
  });
  it('an ID token of one provider is none of another', async () => {
    const { subjectToken } = await mint('google-oauth2');
    const answer = await native(subjectToken, 'http://auth0.com/oauth/token-type/apple-id-token');
    expect(answer.body).toEqual(refused);
  });
  it('an ID token of this tenant is none of a provider’s', async () => {
    const { body } = await test.login();
    const answer = await native(String(body.id_token), 'http://auth0.com/oauth/token-type/google-id-token');
    expect(answer.body).toEqual(refused);
  });
  it('an ID token expires', async () => {
    const { subjectToken, subjectTokenType } = await mint('google-oauth2');
    test.advance(301);
    expect((await native(subjectToken, subjectTokenType)).body).toEqual(refused);
  });
  it.each(['{', '[]', '"text"', '{"name":7}'])('the user_profile %s is refused', async (profile) => {
    const { subjectToken, subjectTokenType } = await mint('apple');
    const answer = await native(subjectToken, subjectTokenType, { user_profile: profile });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    expect((await native(subjectToken, subjectTokenType)).status).toBe(200);
  });
  it('a client without such a connection is told so', async () => {
    const own = await startBoundTest({ ...boundConfig, connections: boundConfig.connections.slice(0, 2) });
    const answer = await own.post('/oauth/token', {
      grant_type: exchangeGrant,
      client_id: 'native',
      subject_token: 'token',
      subject_token_type: 'http://auth0.com/oauth/token-type/google-id-token',
    });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    await own.close();
  });
});

describe('keys of other issuers', () => {
  let server: Server;
  let jwksUrl: string;
  let keys: { privateKey: CryptoKey; publicJwk: JWK };
  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    keys = { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid: 'theirs', alg: 'RS256', use: 'sig' } };
    server = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [keys.publicJwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    jwksUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/jwks.json`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each(['jwks', 'jwksUrl'] as const)('are read from %s', async (from) => {
    const source = from === 'jwks' ? { jwks: { keys: [{ ...keys.publicJwk }] } } : { jwksUrl };
    const verification = { ...source, issuer: 'https://theirs.example.test/', audience: 'tenant' };
    const type = 'https://theirs.example.test/token';
    const own = await startBoundTest({
      ...boundConfig,
      tokenExchangeProfiles: [{ subjectTokenType: type, verification }],
    });
    const token = async (key: CryptoKey, kid: string) =>
      new SignJWT({ sub: 'auth0|sample' })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(verification.issuer)
        .setAudience('tenant')
        .setExpirationTime('5m')
        .sign(key);
    const form = { grant_type: exchangeGrant, client_id: 'spa', subject_token_type: type, audience: api };
    const good = await own.post('/oauth/token', { ...form, subject_token: await token(keys.privateKey, 'theirs') });
    expect(good.status).toBe(200);
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    for (const kid of ['theirs', 'unknown']) {
      const bad = await own.post('/oauth/token', { ...form, subject_token: await token(privateKey, kid) });
      expect(bad.body).toEqual(refused);
    }
    await expect(own.tenant.control.signSubjectToken({ type, claims: {} })).rejects.toMatchObject({ code: 'conflict' });
    await own.close();
  });
});

describe('profiles of the configuration', () => {
  const verification = { testKey: true, issuer: 'https://x.test/', audience: 'tenant' };
  const invalid: [string, object, string][] = [
    ['a reserved type', { subjectTokenType: 'urn:ietf:x', verification }, 'reserved namespace'],
    ['no URI', { subjectTokenType: 'my token', verification }, 'absolute URI'],
    ['no keys', { subjectTokenType: 'urn:x:y', verification: { ...verification, testKey: false } }, 'exactly one'],
    [
      'keys over plain http',
      {
        subjectTokenType: 'urn:x:y',
        verification: { issuer: 'x', audience: 'y', jwksUrl: 'http://keys.example.test/' },
      },
      'must be https',
    ],
    [
      'a private key',
      {
        subjectTokenType: 'urn:x:y',
        verification: { issuer: 'x', audience: 'y', jwks: { keys: [{ kty: 'EC', d: 'x' }] } },
      },
      'not a public key',
    ],
    [
      'users from nowhere',
      { subjectTokenType: 'urn:x:y', verification, mapping: { create: true } },
      'need a connection',
    ],
    [
      'an unknown connection',
      { subjectTokenType: 'urn:x:y', verification, mapping: { connection: 'none' } },
      `allowed: ${database}`,
    ],
    [
      'an unknown organization',
      { subjectTokenType: 'urn:x:y', verification, organization: 'org_x' },
      'no organization',
    ],
    [
      'an actor without keys',
      { subjectTokenType: 'urn:x:y', verification, actor: { tokenType: 'urn:x:z' } },
      'go together',
    ],
  ];
  it.each(invalid)('refuse %s', (_name, profile, message) => {
    expect(() => validateConfig({ tokenExchangeProfiles: [profile] })).toThrow(message);
  });
});

it('the sample’s native client exchanges a token the control API signed over HTTP', async () => {
  const own = await startBoundTest(sampleConfig as TenantConfigInput);
  const control = async (path: string, body: object) => {
    const response = await fetch(`${own.issuer}__tenant/api${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${own.tenant.control.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const type = 'urn:postern:sample-token';
  const signed = await control('/subject-tokens', { type, claims: { sub: 'auth0|sample' } });
  expect(signed.status).toBe(201);
  const form = { grant_type: exchangeGrant, client_id: 'postern-native', subject_token_type: type };
  const answer = await own.post('/oauth/token', { ...form, subject_token: signed.body.subjectToken ?? '' });
  expect(answer.status).toBe(200);
  const minted = await control('/social-tokens', { connection: 'google-oauth2', email: 'ada@example.com' });
  const social = await own.post('/oauth/token', {
    ...form,
    subject_token: minted.body.subjectToken ?? '',
    subject_token_type: minted.body.subjectTokenType ?? '',
  });
  expect(social.status).toBe(200);
  expect((await control('/subject-tokens', { type: 'urn:x:y' })).status).toBe(404);
  expect((await control('/social-tokens', { connection: 'none', email: 'a@b.test' })).status).toBe(404);
  expect((await control('/social-tokens', { connection: 'github', email: 'a@b.test' })).status).toBe(400);
  await own.close();
});
