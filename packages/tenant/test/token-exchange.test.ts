import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createProofKey, exchangeGrant, rbacApi } from './support/bound.ts';
import {
  agentType,
  closedType,
  exchange,
  idTokenType,
  partnerType,
  refused,
  sampleType,
  sign,
  test,
  useExchangeTenant,
  why,
} from './support/exchange-stage.ts';
import { api, claimsOf, strictApi } from './support/protocol.ts';

useExchangeTenant();

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
