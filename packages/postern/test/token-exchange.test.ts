import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseIdToken } from '../src/core.ts';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { audience, createWorld, sampleUser, type World } from './support/world.ts';

const subjectTokenType = 'urn:postern:sample-token';
const person = {
  username: sampleUser,
  password: 'Correct-Horse-42',
  realm: 'Username-Password-Authentication',
};
const FILES = 'https://files.postern.test';

describe.each([true, false])('customTokenExchange, with useDPoP %s', (useDPoP) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({
      organizations: [{ id: 'org_acme', name: 'acme', members: ['auth0|sample'] }],
    });
  });
  beforeEach(() => world.renew());
  afterAll(() => world.close());

  const open = (options = {}) => {
    const tab = createMemoryTab(world.device, { modes: ['popup'], fetch: world.fetch });
    return world.open({ clientId: 'postern-native', useDPoP, ...options }, tab);
  };
  const sign = (sub = 'auth0|sample') =>
    world.tenant.control.signSubjectToken({ type: subjectTokenType, claims: { sub } });
  const sent = () => Object.fromEntries(world.tokenRequests.at(-1) ?? []);

  it('signs in with another issuer’s token, for the client’s API and scopes; stored only inside session.login', async () => {
    const { auth0 } = open();
    const subjectToken = await sign();
    const credentials = await auth0.customTokenExchange({ subjectToken, subjectTokenType });
    expect(parseIdToken(credentials.idToken).sub).toBe('auth0|sample');
    expect(credentials).toMatchObject({ tokenType: useDPoP ? 'DPoP' : 'Bearer', refreshToken: expect.any(String) });
    expect([decodeJwt(credentials.accessToken).aud].flat()).toContain(audience);
    expect(sent()).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: 'postern-native',
      subject_token: subjectToken,
      subject_token_type: subjectTokenType,
      audience,
      scope: 'openid profile email read:notes offline_access',
    });
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);

    const again = await sign();
    await auth0.session.login(() => auth0.customTokenExchange({ subjectToken: again, subjectTokenType }));
    expect(auth0.session.getSnapshot().user?.sub).toBe('auth0|sample');
    const renewed = await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(renewed.tokenType).toBe(useDPoP ? 'DPoP' : 'Bearer');
    expect((await auth0.credentialsManager.getApiCredentials(FILES)).accessToken).not.toBe(renewed.accessToken);
  });

  it('asks for the API and scopes named', async () => {
    const { auth0 } = open();
    const subjectToken = await sign();
    const asked = { subjectToken, subjectTokenType, audience: FILES, scope: 'read:files' };
    const { accessToken, scope } = await auth0.customTokenExchange(asked);
    expect([decodeJwt(accessToken).aud].flat()).toContain(FILES);
    expect(scope).toContain('read:files');
    expect(sent().scope).toBe('openid read:files offline_access');
  });

  it('with an actor the tokens say who acts, and there is no refresh token', async () => {
    const { auth0 } = open();
    const subjectToken = await sign();
    // Whoever acts is signed in here, too, and shows their ID token.
    const { idToken: actorToken } = await auth0.auth.passwordRealm({ ...person, scope: 'openid' });
    const actorTokenType = 'urn:ietf:params:oauth:token-type:id_token';
    const exchange = { subjectToken, subjectTokenType, actorToken, actorTokenType };
    const credentials = await auth0.customTokenExchange(exchange);
    expect(decodeJwt(credentials.accessToken).act).toMatchObject({ sub: 'auth0|sample' });
    expect(parseIdToken(credentials.idToken).act).toMatchObject({ sub: 'auth0|sample' });
    expect(credentials).not.toHaveProperty('refreshToken');
  });

  it('S13: an organization is asked for, and the ID token held to it', async () => {
    const { auth0, tab } = open();
    const { idToken } = await auth0.customTokenExchange({
      subjectToken: await sign(),
      subjectTokenType,
      organization: 'org_acme',
    });
    expect(parseIdToken(idToken).org_id).toBe('org_acme');
    tab.fetch = (input, init) => {
      const body = String(init?.body).replace('&organization=org_acme', '');
      return world.fetch(input, { ...init, ...(init?.body ? { body } : {}) });
    };
    const exchange = { subjectToken: await sign(), subjectTokenType, organization: 'org_acme' };
    expect(await rejection(auth0.customTokenExchange(exchange))).toMatchObject({
      code: 'a0.session.invalid_idtoken',
      message: expect.stringContaining('org_id'),
    });
  });

  it.each([
    ['no subject token', { subjectToken: undefined }, 'missing_parameters'],
    ['no type', { subjectTokenType: undefined }, 'missing_parameters'],
    ['a type that is a word', { subjectTokenType: 'legacy' }, 'invalid_parameters'],
    ['a type with a space', { subjectTokenType: 'urn:acme:my token' }, 'invalid_parameters'],
    ['a type that is a path', { subjectTokenType: '/tokens/legacy' }, 'invalid_parameters'],
    ['an actor without a type', { actorToken: 'a' }, 'invalid_parameters'],
    ['a type without an actor', { actorTokenType: 'urn:acme:actor' }, 'invalid_parameters'],
    ['a token that is an object', { subjectToken: {} }, 'invalid_parameters'],
  ])('%s is refused without asking', async (_, changes, code) => {
    const { auth0 } = open();
    const before = world.tokenRequests.length;
    const whole = { subjectToken: 's', subjectTokenType, ...changes } as never;
    expect(await rejection(auth0.customTokenExchange(whole))).toMatchObject({ code });
    expect(world.tokenRequests.length).toBe(before);
  });

  it('the tenant’s refusals come word for word', async () => {
    const { auth0 } = open();
    const subjectToken = await sign();
    const exchange = (changes = {}) =>
      rejection(auth0.customTokenExchange({ subjectToken, subjectTokenType, ...changes }));
    expect(await exchange({ subjectToken: 'forged' })).toMatchObject({ code: 'invalid_grant' });
    expect(await exchange({ subjectTokenType: 'urn:acme:unknown' })).toMatchObject({ code: 'invalid_request' });
    expect((await exchange({ audience: 'https://unknown.example' })).status).toBeGreaterThanOrEqual(400);
    const spa = world.open({ useDPoP });
    expect(
      await rejection(spa.auth0.customTokenExchange({ subjectToken: await sign(), subjectTokenType })),
    ).toMatchObject({ code: 'unauthorized_client' });
    expect(spa.auth0.session.getSnapshot().user).toBeNull();
  });

  it('a user with a second factor is asked for it: mfa_required with its token', async () => {
    const { auth0 } = open();
    const error = await rejection(
      auth0.customTokenExchange({ subjectToken: await sign('auth0|mfa'), subjectTokenType }),
    );
    expect(error).toMatchObject({ code: 'mfa_required', mfaRequired: { mfaToken: expect.any(String) } });
  });
});
