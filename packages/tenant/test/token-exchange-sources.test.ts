import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleConfig } from '../src/config/sample.ts';
import type { TenantConfigInput } from '../src/config/schema.ts';
import { validateConfig } from '../src/config/validate.ts';
import { boundConfig, database, exchangeGrant, startBoundTest } from './support/bound.ts';
import {
  closedType,
  exchange,
  idTokenType,
  partnerType,
  refused,
  sign,
  test,
  useExchangeTenant,
  why,
} from './support/exchange-stage.ts';
import { api, claimsOf, type TokenAnswer } from './support/protocol.ts';

useExchangeTenant();

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
