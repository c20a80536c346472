import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, callback, type ProtocolTest, secret, startProtocolTest } from './support/protocol.ts';

/** Clients that nobody here wrote: they check every claim, header and parameter, and accept nothing in good faith. */
let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const scope = 'openid profile email offline_access read:notes';
const bye = 'https://app.example.test/bye';

describe('oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true } as const;
  const discover = async () => {
    const issuer = new URL(test.issuer);
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  };

  it.each([
    ['a public client', 'spa', oauth.None()],
    ['client_secret_post', 'regular', oauth.ClientSecretPost(secret)],
    ['client_secret_basic', 'regular', oauth.ClientSecretBasic(secret)],
  ])('runs the whole flow as %s', async (_what, client_id, authentication) => {
    const server = await discover();
    const client: oauth.Client = { client_id };
    const codeVerifier = oauth.generateRandomCodeVerifier();
    const nonce = oauth.generateRandomNonce();
    const state = oauth.generateRandomState();
    const url = new URL(server.authorization_endpoint ?? '');
    url.search = new URLSearchParams({
      client_id,
      redirect_uri: callback,
      response_type: 'code',
      scope,
      audience: api,
      nonce,
      state,
      max_age: '600',
      code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    }).toString();
    const browser = test.browser();
    const page = await browser.logIn(url);

    const parameters = oauth.validateAuthResponse(server, client, page.callback ?? new URL(callback), state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      parameters,
      callback,
      codeVerifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      maxAge: 600,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, insecure);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    expect(claims?.sub).toBe('auth0|sample');

    const answer = await oauth.userInfoRequest(server, client, tokens.access_token, insecure);
    const info = await oauth.processUserInfoResponse(server, client, 'auth0|sample', answer);
    expect(info.email).toBe('user@example.com');

    const refreshed = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token ?? '', insecure),
    );
    expect(refreshed.refresh_token).toBeTypeOf('string');
    expect(oauth.getValidatedIdTokenClaims(refreshed)?.sub).toBe('auth0|sample');

    const revoke = () =>
      oauth.revocationRequest(server, client, authentication, refreshed.refresh_token ?? '', insecure);
    await oauth.processRevocationResponse(await revoke());
    const rejected = oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      refreshed.refresh_token ?? '',
      insecure,
    );
    await expect(
      rejected.then((late) => oauth.processRefreshTokenResponse(server, client, late)),
    ).rejects.toMatchObject({ error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' });
  });

  it('validates a JWT access token by RFC 9068, which the API chose', async () => {
    const server = await discover();
    const audience = 'https://rfc9068.postern.test';
    const { access_token } = await test.tokens({ audience, scope: 'read:notes' });
    const request = new Request('http://127.0.0.1/notes', { headers: { authorization: `Bearer ${access_token}` } });
    const claims = await oauth.validateJwtAccessToken(server, request, audience, insecure);
    expect(claims).toMatchObject({ sub: 'auth0|sample', client_id: 'spa', scope: 'read:notes' });
  });

  it('sees an error callback as what it is', async () => {
    const server = await discover();
    const page = await test.browser().open(test.authorizeUrl({ prompt: 'none' }));
    const validate = () =>
      oauth.validateAuthResponse(server, { client_id: 'spa' }, page.callback ?? new URL(callback), 'the-state');
    expect(validate).toThrow(oauth.AuthorizationResponseError);
  });

  it('refuses the wrong ID tokens a test can ask for', async () => {
    const server = await discover();
    for (const claim of ['iss', 'aud', 'nonce', 'exp'] as const) {
      const code = await test.code();
      test.tenant.context.faults.add({ kind: 'id_token', claim });
      const { body } = await test.redeem(code);
      const response = Response.json(body);
      const options = { expectedNonce: 'the-nonce', requireIdToken: true };
      await expect(
        oauth.processAuthorizationCodeResponse(server, { client_id: 'spa' }, response, options),
      ).rejects.toThrow();
    }
  });
});

describe('openid-client', () => {
  const configure = () =>
    openid.discovery(new URL(test.issuer), 'spa', undefined, openid.None(), {
      execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
    });

  it('runs discovery, login, userinfo, refresh, revocation and end session', async () => {
    const configuration = await configure();
    expect(configuration.serverMetadata().supportsPKCE()).toBe(true);
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const expectedNonce = openid.randomNonce();
    const expectedState = openid.randomState();
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: callback,
      scope,
      audience: api,
      nonce: expectedNonce,
      state: expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const browser = test.browser();
    const page = await browser.logIn(url);
    const tokens = await openid.authorizationCodeGrant(configuration, page.callback ?? new URL(callback), {
      pkceCodeVerifier,
      expectedNonce,
      expectedState,
      idTokenExpected: true,
    });
    expect(tokens.expiresIn()).toBeGreaterThan(500);
    const info = await openid.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(info.name).toBe('Robin Sample');

    const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '', {
      scope: 'openid profile',
    });
    expect(refreshed.scope).toBe('openid profile');
    await openid.tokenRevocation(configuration, refreshed.refresh_token ?? '');
    await expect(openid.refreshTokenGrant(configuration, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
      status: 403,
    });

    const end = openid.buildEndSessionUrl(configuration, {
      id_token_hint: refreshed.id_token ?? '',
      post_logout_redirect_uri: bye,
      state: 'after',
    });
    expect((await browser.open(end)).callback?.href).toBe(`${bye}?state=after`);
    expect((await browser.open(url)).url.pathname).toBe('/u/login');
  });

  it('gets a token for a machine', async () => {
    const configuration = await openid.discovery(
      new URL(test.issuer),
      'machine',
      undefined,
      openid.ClientSecretBasic('a-secret-of-the-machine'),
      { execute: [openid.allowInsecureRequests] },
    );
    const tokens = await openid.clientCredentialsGrant(configuration, { audience: api, scope: 'read:notes' });
    expect(tokens.scope).toBe('read:notes');
  });
});
