import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { TenantConfigInput } from '../../src/config/schema.ts';
import type { TenantOptions } from '../../src/tenant.ts';
import {
  api,
  callback,
  otherApi,
  type ProtocolTest,
  rfc9068Api,
  secret,
  startProtocolTest,
  strictApi,
  type TokenAnswer,
} from './protocol.ts';

export const filesApi = 'https://files.postern.test';
export const boundApi = 'https://bound.postern.test';
export const rbacApi = 'https://rbac.postern.test';
export const realmGrant = 'http://auth0.com/oauth/grant-type/password-realm';
export const mfaOtpGrant = 'http://auth0.com/oauth/grant-type/mfa-otp';
export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const database = 'Username-Password-Authentication';
export const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

type Client = NonNullable<TenantConfigInput['clients']>[number];
const grantTypes: NonNullable<Client['grantTypes']> = [
  'authorization_code',
  'refresh_token',
  realmGrant,
  mfaOtpGrant,
  exchangeGrant,
];
const web = {
  type: 'spa',
  callbacks: [callback],
  grantTypes,
  webOrigins: ['https://app.example.test'],
} satisfies Partial<Client>;

/** Clients and APIs for bound tokens, further resources, transfers and exchanges. */
export const boundConfig = {
  name: 'Bound tokens',
  clients: [
    {
      ...web,
      clientId: 'spa',
      name: 'Web app',
      sessionTransfer: { allowedAuthenticationMethods: ['cookie', 'query'] },
    },
    {
      clientId: 'native',
      name: 'Mobile app',
      type: 'native',
      callbacks: [callback],
      grantTypes,
      refreshToken: {
        leeway: 10,
        policies: [
          { audience: api, scope: ['write:notes'] },
          { audience: filesApi, scope: ['read:files', 'write:files'] },
          { audience: boundApi, scope: ['read:bound'] },
          { audience: rbacApi, scope: ['read:rbac', 'write:rbac'] },
        ],
      },
      sessionTransfer: { canCreate: true },
    },
    {
      clientId: 'loose-native',
      name: 'Mobile app without cascade',
      type: 'native',
      callbacks: [callback],
      grantTypes,
      sessionTransfer: { canCreate: true, enforceCascadeRevocation: false },
    },
    { ...web, clientId: 'bound-spa', name: 'App that must prove', requireDpop: true },
    {
      ...web,
      clientId: 'plain-spa',
      name: 'App without anything',
      grantTypes: ['authorization_code', 'refresh_token'],
    },
    {
      ...web,
      clientId: 'cookie-web',
      name: 'Web app with the cookie only',
      sessionTransfer: { allowedAuthenticationMethods: ['cookie'], deviceBinding: 'none' },
    },
    { ...web, clientId: 'third-party', name: 'Somebody else’s app', skipConsent: false },
    {
      clientId: 'server',
      name: 'Server app',
      type: 'regular',
      clientSecret: secret,
      callbacks: [callback],
      grantTypes,
      trustForwardedFor: true,
      sessionTransfer: { canCreate: true, allowedAuthenticationMethods: ['query'] },
    },
    {
      clientId: 'machine',
      name: 'Nightly job',
      type: 'machine',
      clientSecret: secret,
      grantTypes: ['client_credentials'],
    },
  ],
  apis: [
    { identifier: api, scopes: ['read:notes', 'write:notes'], allowOfflineAccess: true, tokenLifetime: 3_600 },
    { identifier: filesApi, scopes: ['read:files', 'write:files', 'purge:files'], allowOfflineAccess: true },
    { identifier: boundApi, scopes: ['read:bound'], allowOfflineAccess: true, dpop: 'required' },
    {
      identifier: rbacApi,
      scopes: ['read:rbac', 'write:rbac', 'delete:rbac'],
      allowOfflineAccess: true,
      rbac: true,
    },
    { identifier: otherApi, scopes: ['read:other'] },
    { identifier: rfc9068Api, scopes: ['read:notes'], tokenProfile: 'rfc9068' },
    { identifier: strictApi, scopes: ['read:mail'], skipConsent: false },
  ],
  connections: [
    { name: database, strategy: 'auth0' },
    { name: 'Staff', strategy: 'auth0' },
    { name: 'google-oauth2', strategy: 'google-oauth2' },
    { name: 'apple', strategy: 'apple' },
    { name: 'facebook', strategy: 'facebook', signup: false },
  ],
  users: [
    {
      id: 'auth0|sample',
      email: 'user@example.com',
      password: 'Correct-Horse-42',
      profile: { name: 'Robin Sample' },
      permissions: { [rbacApi]: ['read:rbac'] },
      roles: ['editor'],
    },
    { id: 'auth0|other', email: 'other@example.com', password: 'Other-Horse-42' },
    { email: 'generated@example.com', password: 'Generated-Horse-42', permissions: { [rbacApi]: ['delete:rbac'] } },
    { id: 'auth0|blocked', email: 'blocked@example.com', password: 'Blocked-Horse-42', blocked: true },
    { id: 'auth0|staff', connection: 'Staff', email: 'staff@example.com', password: 'Staff-Horse-42' },
    { id: 'auth0|unverified', email: 'unverified@example.com', emailVerified: false, password: 'Unverified-Horse-42' },
    { id: 'auth0|mfa', email: 'mfa@example.com', password: 'Second-Horse-42', mfa: { totpSecret } },
  ],
  roles: [{ name: 'editor', permissions: { [rbacApi]: ['write:rbac'] } }],
  mfa: { policy: 'enrolled' },
  organizations: [
    {
      id: 'org_acme',
      name: 'acme',
      displayName: 'Acme',
      members: ['auth0|sample', 'unverified@example.com', 'Generated@example.com', 'auth0|mfa'],
    },
    { id: 'org_staff', name: 'staff', members: ['auth0|sample', 'auth0|staff'], connections: ['Staff'] },
  ],
  tokenExchangeProfiles: [
    {
      subjectTokenType: 'urn:example:sample-token',
      verification: { testKey: true, issuer: 'https://issuer.example.test/', audience: 'tenant' },
      actor: {
        tokenType: 'urn:example:agent-token',
        verification: { testKey: true, issuer: 'https://agents.example.test/', audience: 'agents' },
      },
    },
    {
      subjectTokenType: 'urn:example:partner-token',
      verification: { testKey: true, issuer: 'https://partner.example.test/', audience: 'tenant' },
      mapping: { connection: database, userId: 'user_id', email: 'email', create: true },
    },
    {
      subjectTokenType: 'urn:example:closed-token',
      verification: { testKey: true, issuer: 'https://partner.example.test/', audience: 'tenant' },
      mapping: { connection: database },
      organization: 'org_acme',
      actor: { required: true },
    },
  ],
} satisfies TenantConfigInput;

export interface ProofKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  readonly jkt: string;
}

export async function createProofKey(): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk, jkt: await calculateJwkThumbprint(jwk) };
}

export interface ProofParts {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

export const athOf = (token: string) => createHash('sha256').update(token).digest('base64url');

export interface BoundTest extends ProtocolTest {
  /** A proof for the token endpoint at the tenant's time, changed by `parts`; an undefined claim is left out. */
  proof(key: ProofKey, parts?: ProofParts): Promise<string>;
  /** The nonce of the moment. */
  nonce(): Promise<string>;
  /** POSTs to the token endpoint with a good proof, nonce included. */
  postProved(key: ProofKey, form: Record<string, string>): Promise<TokenAnswer>;
  /** The sample user's password login, changed by `changes`. */
  login(changes?: Record<string, string>, headers?: Record<string, string>): Promise<TokenAnswer>;
  /** The same with a proof. */
  provedLogin(key: ProofKey, changes?: Record<string, string>): Promise<TokenAnswer>;
  /** Calls `/userinfo` with the DPoP scheme and a proof changed by `parts`. */
  provedUserinfo(key: ProofKey, accessToken: string, parts?: ProofParts): Promise<Response>;
  advance(seconds: number): void;
}

export async function startBoundTest(
  config: TenantConfigInput = boundConfig,
  options: TenantOptions = {},
): Promise<BoundTest> {
  const test = await startProtocolTest(config, options);
  const { clock } = test.tenant.context;
  const endpoint = `${test.issuer}oauth/token`;

  const proof: BoundTest['proof'] = (key, { header = {}, claims = {} } = {}) => {
    const all = { jti: randomUUID(), htm: 'POST', htu: endpoint, iat: clock.seconds(), ...claims };
    const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const protectedHeader = { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...header };
    return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key.privateKey);
  };
  const nonce = async () => {
    const key = await createProofKey();
    const answer = await test.post('/oauth/token', loginForm(), { dpop: await proof(key) });
    return answer.headers.get('dpop-nonce') ?? '';
  };
  const postProved: BoundTest['postProved'] = async (key, form) =>
    test.post('/oauth/token', form, { dpop: await proof(key, { claims: { nonce: await nonce() } }) });

  return {
    ...test,
    proof,
    nonce,
    postProved,
    login: (changes, headers) => test.post('/oauth/token', loginForm(changes), headers),
    provedLogin: (key, changes) => postProved(key, loginForm(changes)),
    async provedUserinfo(key, accessToken, { header = {}, claims = {} } = {}) {
      const named = { htm: 'GET', htu: `${test.issuer}userinfo`, ath: athOf(accessToken), nonce: await nonce() };
      const dpop = await proof(key, { header, claims: { ...named, ...claims } });
      return fetch(`${test.issuer}userinfo`, { headers: { authorization: `DPoP ${accessToken}`, dpop } });
    },
    advance: (seconds) => clock.advance(seconds * 1000),
  };
}

export function loginForm(changes: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: realmGrant,
    client_id: 'spa',
    username: 'user@example.com',
    password: 'Correct-Horse-42',
    realm: database,
    audience: api,
    scope: 'openid profile email offline_access read:notes',
    ...changes,
  };
}
