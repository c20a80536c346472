import { describe, expect, it } from 'vitest';
import { type CreationParams, createSoftAuthenticator, type RequestParams } from './support/authenticator.ts';
import { createProofKey, startBoundTest } from './support/bound.ts';
import { readForm } from './support/browser.ts';
import { database, startDirectTest } from './support/direct.ts';
import {
  challenge,
  clients,
  creationOf,
  expectRefused,
  grantTypes,
  origin,
  passkeyGrant,
  redeem,
  register,
  requestOf,
  signUp,
  test,
  usePasskeyTenant,
  webOrigin,
} from './support/passkey-stage.ts';
import { api, claimsOf, secret, type TokenAnswer } from './support/protocol.ts';

usePasskeyTenant();

describe.each(['/passkey/register', '/passkey/challenge'])('%s refuses', (path) => {
  it.each([
    ['a wrong secret', { client_id: 'server', client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['a client without the grant', { client_id: 'plain' }, 400, 'invalid_request'],
    ['a third party’s client', { client_id: 'third' }, 400, 'invalid_request'],
    ['a client without a database that has passkeys', { client_id: 'phone-only' }, 400, 'invalid_request'],
    ['a database without passkeys', { realm: 'Staff' }, 400, 'invalid_request'],
  ])('%s', async (_name, changes, status, error) => {
    const body = { client_id: 'app', user_profile: { email: 'x@example.com' }, ...changes };
    const answer = await test.json(path, body);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it('a tenant that has no passkeys: 404', async () => {
    const plain = await startDirectTest();
    const answer = await plain.json(path, { client_id: 'app' });
    expect([answer.status, answer.body.error]).toEqual([404, 'endpoint_disabled']);
    await plain.close();
  });
});

it('T19: pages of the client’s web origins may call it, a confidential client with its secret too', async () => {
  const answer = await test.json('/passkey/challenge', { client_id: 'app' }, { origin: webOrigin });
  expect(answer.headers.get('access-control-allow-origin')).toBe(webOrigin);
  expect((await challenge({ client_id: 'server', client_secret: secret })).status).toBe(200);
});

it('T33: with userVerification required an authenticator that only saw somebody is refused', async () => {
  const strict = await startDirectTest({
    clients: clients.filter(({ clientId }) => clientId === 'other-app'),
    passkeys: { userVerification: 'required', rpId: 'localhost' },
    connections: [{ name: 'Keys', strategy: 'auth0', passkeys: true }],
    users: [],
  });
  const soft = createSoftAuthenticator(strict.issuer.slice(0, -1));
  const start = async (path: string, more: object = {}) => strict.json(path, { client_id: 'other-app', ...more });
  const finish = async (from: TokenAnswer, authn_response: object) =>
    strict.json('/oauth/token', {
      grant_type: passkeyGrant,
      client_id: 'other-app',
      auth_session: from.body.auth_session,
      authn_response,
    });
  const profile = { user_profile: { email: 'a@example.com' } };
  const lax = await start('/passkey/register', profile);
  expect(lax.body.authn_params_public_key).toMatchObject({ authenticatorSelection: { userVerification: 'required' } });
  expectRefused(await finish(lax, soft.create(creationOf(lax), { userVerified: false })));
  const good = await start('/passkey/register', profile);
  expect((await finish(good, soft.create(creationOf(good)))).status).toBe(200);
  const seen = await start('/passkey/challenge');
  expectRefused(await finish(seen, soft.get(requestOf(seen), { userVerified: false })));
  await strict.close();
});

it('an address that tries many passkeys is slowed down, by the API and on the pages; so are challenges over the limit', async () => {
  const strict = await startDirectTest({
    clients: clients.filter(({ clientId }) => clientId === 'app'),
    attackProtection: { suspiciousAddress: { login: { attempts: 2, refill: 600 } } },
    rateLimits: { token: { burst: 6, perMinute: 1 } },
    connections: [{ name: 'Keys', strategy: 'auth0', passkeys: true }],
    users: [],
  });
  strict.tenant.context.clock.set(Date.now());
  const start = () => strict.json('/passkey/challenge', { client_id: 'app' });
  const response = createSoftAuthenticator(strict.issuer.slice(0, -1));
  const guess = async () => {
    const { body } = await start();
    response.create({ challenge: 'AA', rp: { id: 'localhost' }, user: { id: 'AA' } });
    const authn_response = response.get(body.authn_params_public_key as RequestParams);
    const form = { grant_type: passkeyGrant, client_id: 'app', auth_session: body.auth_session, authn_response };
    return strict.json('/oauth/token', form);
  };
  for (let n = 0; n < 2; n++) expectRefused(await guess());
  await strict.tenant.context.store.counters.clear('rate:token:127.0.0.1');
  expect((await guess()).body.error).toBe('too_many_attempts');
  const browser = strict.browser();
  const opened = await browser.open(strict.authorizeUrl({ client_id: 'app', audience: undefined }));
  const { fields } = readForm(opened.html.slice(opened.html.indexOf('data-passkey') - 200));
  const page = await browser.open(new URL('/u/passkey/login', strict.issuer), {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: new URL(strict.issuer).origin },
  });
  expect([page.status, page.url.pathname]).toEqual([429, '/u/login']);
  const answers = [];
  for (let n = 0; n < 7; n++) answers.push((await start()).status);
  expect(answers.at(-1)).toBe(429);
  await strict.close();
});

it('T13, T15: tokens of a passkey login are bound to the DPoP key it was proved with', async () => {
  const bound = await startBoundTest({
    clients: [{ clientId: 'spa', name: 'App', type: 'spa', grantTypes: [...grantTypes] }],
    apis: [{ identifier: api, scopes: ['read:notes'] }],
    connections: [{ name: database, strategy: 'auth0', passkeys: true }],
  });
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const init = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    };
    return (await (await fetch(new URL(path, bound.issuer), init)).json()) as TokenAnswer['body'];
  };
  const started = await post('/passkey/register', { client_id: 'spa', user_profile: { email: 'a@example.com' } });
  const soft = createSoftAuthenticator(bound.issuer.slice(0, -1));
  const key = await createProofKey();
  const body = {
    grant_type: passkeyGrant,
    client_id: 'spa',
    auth_session: started.auth_session,
    authn_response: soft.create(started.authn_params_public_key as CreationParams),
    audience: api,
    scope: 'openid read:notes',
  };
  const demanded = await post('/oauth/token', body, { dpop: await bound.proof(key) });
  expect(demanded.error).toBe('use_dpop_nonce');
  const dpop = await bound.proof(key, { claims: { nonce: await bound.nonce() } });
  const tokens = await post('/oauth/token', body, { dpop });
  expect(tokens.token_type).toBe('DPoP');
  expect(claimsOf(String(tokens.access_token)).cnf).toEqual({ jkt: key.jkt });
  await bound.close();
});

it('no secret in the event log: neither auth_session nor challenge nor signature', async () => {
  const started = await challenge();
  const { authenticator } = await signUp();
  const response = authenticator.get(requestOf(started));
  await redeem(started, response);
  const [swapped, renewed] = [await challenge(), await register()];
  const lie = { challenge: Buffer.from('another-challenge').toString('base64url') };
  await redeem(swapped, authenticator.get(requestOf(swapped), lie));
  await redeem(renewed, createSoftAuthenticator(origin).create(creationOf(renewed), lie));
  const log = JSON.stringify(await test.tenant.control.events.list({ limit: 1000 }));
  const challenges = [requestOf(started), requestOf(swapped), creationOf(renewed), lie].map((one) => one.challenge);
  const texts = challenges.map((one) => Buffer.from(one, 'base64url').toString());
  for (const part of [started.body.auth_session, response.id, ...challenges, ...texts]) {
    expect(log).not.toContain(String(part));
  }
});

it('what a response says of its origin does not flood the event log', async () => {
  const started = await challenge();
  const { authenticator } = await signUp();
  await redeem(started, authenticator.get(requestOf(started), { origin: `https://${'x'.repeat(5_000)}.example` }));
  expect((await test.lastEvent('token.rejected')).sentence.length).toBeLessThan(500);
});
