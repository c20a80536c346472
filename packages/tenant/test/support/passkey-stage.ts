import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { type CreationParams, createSoftAuthenticator, type Lies, type RequestParams } from './authenticator.ts';
import { type DirectTest, directConfig, otpGrant, realmGrant, startDirectTest } from './direct.ts';
import { claimsOf, type TokenAnswer } from './protocol.ts';

/** `/passkey/*` and the webauthn grant, with an authenticator in software. */

export const passkeyGrant = 'urn:okta:params:oauth:grant-type:webauthn';
export const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const webOrigin = 'https://app.example.test';
export const grantTypes = ['authorization_code', 'refresh_token', realmGrant, otpGrant, passkeyGrant] as const;
export const clients = [
  ...directConfig.clients.map((client) =>
    'grantTypes' in client ? { ...client, grantTypes: [...grantTypes] } : client,
  ),
  {
    clientId: 'strict',
    name: 'App at another origin',
    type: 'spa' as const,
    callbacks: ['https://strict.example.test/'],
    webOrigins: ['https://strict.example.test'],
  },
  { clientId: 'third', name: 'Somebody’s', type: 'native' as const, grantTypes: [...grantTypes], skipConsent: false },
];

export let test: DirectTest;
export let origin: string;

/** One tenant for all tests of a file. */
export function usePasskeyTenant(): void {
  beforeAll(async () => {
    test = await startDirectTest({
      clients,
      mfa: { policy: 'enrolled' },
      passkeys: { origins: ['android:apk-key-hash:abc'] },
      connections: [
        { name: 'Keys', strategy: 'auth0', passkeys: true },
        { name: 'Named', strategy: 'auth0', passkeys: true, requiresUsername: true },
        { name: 'Phones', strategy: 'auth0', passkeys: true, phoneOtp: true },
        { name: 'Shut', strategy: 'auth0', passkeys: true, signup: false },
        ...directConfig.connections,
      ],
      organizations: [{ id: 'org_acme', name: 'acme', members: ['member@example.com'] }],
    });
    origin = test.issuer.slice(0, -1);
  });
  afterAll(() => test?.close());
  beforeEach(() => test.resetClock());
}

export let people = 0;
export const nextEmail = () => `person-${++people}@example.com`;

export const register = (changes: Record<string, unknown> = {}) =>
  test.json('/passkey/register', { client_id: 'app', realm: 'Keys', user_profile: { email: nextEmail() }, ...changes });
export const challenge = (changes: Record<string, unknown> = {}) =>
  test.json('/passkey/challenge', { client_id: 'app', realm: 'Keys', ...changes });
export const redeem = (from: TokenAnswer, authn_response: unknown, changes: Record<string, unknown> = {}) =>
  test.json('/oauth/token', {
    grant_type: passkeyGrant,
    client_id: 'app',
    auth_session: from.body.auth_session,
    authn_response,
    scope: 'openid profile email offline_access',
    ...changes,
  });
export const creationOf = (answer: TokenAnswer) => answer.body.authn_params_public_key as CreationParams;
export const requestOf = (answer: TokenAnswer) => answer.body.authn_params_public_key as RequestParams;

/** Somebody new, with a passkey. */
export async function signUp(changes: Record<string, unknown> = {}, authenticator = createSoftAuthenticator(origin)) {
  const started = await register(changes);
  const tokens = await redeem(started, authenticator.create(creationOf(started)));
  if (tokens.status !== 200) throw new Error(JSON.stringify(tokens.body));
  return { authenticator, sub: String(claimsOf(String(tokens.body.id_token)).sub), tokens };
}
export type Person = Awaited<ReturnType<typeof signUp>>;

export async function logIn(
  { authenticator }: Pick<Person, 'authenticator'>,
  lies?: Lies,
  changes?: Record<string, unknown>,
) {
  const started = await challenge();
  return redeem(started, authenticator.get(requestOf(started), lies), changes);
}

const refused = { error: 'invalid_grant', error_description: 'The passkey could not be verified.' };
export function expectRefused(answer: TokenAnswer) {
  expect(answer.body).toEqual(refused);
  expect(answer.status).toBe(403);
}
