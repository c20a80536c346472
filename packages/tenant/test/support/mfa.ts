import type { TenantConfigInput } from '../../src/config/schema.ts';
import { api, callback, type ProtocolTest, secret, startProtocolTest, type TokenAnswer } from './protocol.ts';

export const database = 'Username-Password-Authentication';
export const multiFactor = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
const grantBase = 'http://auth0.com/oauth/grant-type/';
export const realmGrant = `${grantBase}password-realm`;
export const otpGrant = `${grantBase}mfa-otp`;
export const oobGrant = `${grantBase}mfa-oob`;
export const recoveryGrant = `${grantBase}mfa-recovery-code`;

const everyGrant: NonNullable<NonNullable<TenantConfigInput['clients']>[number]['grantTypes']> = [
  'authorization_code',
  'refresh_token',
  'http://auth0.com/oauth/grant-type/password-realm',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob',
  'http://auth0.com/oauth/grant-type/mfa-recovery-code',
];

export const recoveryCode = 'ADARECOVERYCODE123456789';
export const phone = '+15550108730';

/** A client of each policy, and people with and without factors. */
export const mfaConfig = {
  name: 'Second factors',
  mfa: { policy: 'enrolled' },
  clients: [
    {
      clientId: 'app',
      name: 'App',
      type: 'spa',
      callbacks: [callback],
      webOrigins: ['https://app.example.test'],
      grantTypes: everyGrant,
    },
    { clientId: 'spa', name: 'Web app', type: 'spa', callbacks: [callback] },
    { clientId: 'other', name: 'Another app', type: 'native', callbacks: [callback], grantTypes: everyGrant },
    {
      clientId: 'always',
      name: 'Strict app',
      type: 'spa',
      callbacks: [callback],
      grantTypes: everyGrant,
      mfaPolicy: 'always',
    },
    {
      clientId: 'never',
      name: 'Lax app',
      type: 'spa',
      callbacks: [callback],
      grantTypes: everyGrant,
      mfaPolicy: 'never',
    },
    {
      clientId: 'adaptive',
      name: 'App that asks',
      type: 'spa',
      callbacks: [callback],
      grantTypes: everyGrant,
      mfaPolicy: 'adaptive',
    },
    {
      clientId: 'third-party',
      name: 'Somebody else’s app',
      type: 'spa',
      callbacks: [callback],
      skipConsent: false,
    },
    {
      clientId: 'server',
      name: 'Server app',
      type: 'regular',
      clientSecret: secret,
      callbacks: [callback],
      grantTypes: everyGrant,
    },
  ],
  apis: [{ identifier: api, scopes: ['read:notes', 'write:notes'], allowOfflineAccess: true }],
  connections: [{ name: database, strategy: 'auth0' }],
  users: [
    {
      id: 'auth0|ada',
      email: 'ada@example.com',
      password: 'Engine-Horse-42',
      mfa: { totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', recoveryCode, phoneNumber: phone },
    },
    { id: 'auth0|grace', email: 'grace@example.com', password: 'Engine-Horse-42', emailVerified: false },
  ],
} satisfies TenantConfigInput;

export type Who = 'ada' | 'grace';

export interface MfaTest extends ProtocolTest {
  /** POSTs JSON; `undefined` leaves a parameter out. */
  json(path: string, body: Record<string, unknown>, bearer?: string): Promise<TokenAnswer>;
  /** Password-realm, changed by `changes`. */
  logIn(who?: Who, changes?: Record<string, unknown>): Promise<TokenAnswer>;
  /** The mfa_token of a login that owes a second factor. */
  mfaToken(who?: Who, changes?: Record<string, unknown>): Promise<string>;
  challenge(mfaToken: string, changes?: Record<string, unknown>): Promise<TokenAnswer>;
  associate(bearer: string, body: Record<string, unknown>): Promise<TokenAnswer>;
  list(bearer: string): Promise<{ status: number; body: unknown }>;
  remove(bearer: string, id: string): Promise<TokenAnswer>;
  verifyOtp(mfaToken: string, otp: string, changes?: Record<string, unknown>): Promise<TokenAnswer>;
  verifyOob(
    mfaToken: string,
    oobCode: unknown,
    bindingCode?: string,
    changes?: Record<string, unknown>,
  ): Promise<TokenAnswer>;
  verifyRecovery(mfaToken: string, code: string, changes?: Record<string, unknown>): Promise<TokenAnswer>;
  /** The code of Ada's, or `who`'s, authenticator app. */
  totp(who?: Who): Promise<string>;
  sentCode(to: string): Promise<string>;
  advance(seconds: number): void;
  /** Access token for the MFA API, after a login with a second factor if the user has one. */
  mfaAccessToken(who?: Who, scope?: string): Promise<string>;
}

export async function startMfaTest(changes: Partial<TenantConfigInput> = {}): Promise<MfaTest> {
  const base = await startProtocolTest({ ...mfaConfig, ...changes });
  const { control, context } = base.tenant;
  context.clock.set(Date.now());

  const send = async (path: string, init: RequestInit): Promise<TokenAnswer> => {
    const response = await fetch(new URL(path, base.issuer), init);
    const text = await response.text();
    const body: unknown = text === '' ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: body as Record<string, unknown> };
  };
  const token = (grantType: string, mfaToken: string, proof: object, more: object = {}) =>
    test.json('/oauth/token', { grant_type: grantType, client_id: 'app', mfa_token: mfaToken, ...proof, ...more });

  const test: MfaTest = {
    ...base,
    json: (path, body, bearer) =>
      send(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        },
      }),
    logIn: (who = 'ada', more = {}) =>
      test.json('/oauth/token', {
        grant_type: realmGrant,
        client_id: 'app',
        username: `${who}@example.com`,
        password: 'Engine-Horse-42',
        realm: database,
        audience: api,
        scope: 'openid offline_access read:notes',
        ...more,
      }),
    async mfaToken(who, more) {
      const { body } = await test.logIn(who, more);
      if (body.error !== 'mfa_required') throw new Error(`No second factor is owed: ${Object.keys(body).join(', ')}.`);
      return String(body.mfa_token);
    },
    challenge: (mfaToken, more = {}) => test.json('/mfa/challenge', { client_id: 'app', mfa_token: mfaToken, ...more }),
    associate: (bearer, body) => test.json('/mfa/associate', body, bearer),
    list: (bearer) => send('/mfa/authenticators', { headers: { authorization: `Bearer ${bearer}` } }),
    remove: (bearer, id) =>
      send(`/mfa/authenticators/${encodeURIComponent(id)}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${bearer}` },
      }),
    verifyOtp: (mfaToken, otp, more) => token(otpGrant, mfaToken, { otp }, more),
    verifyOob: (mfaToken, oobCode, bindingCode, more) =>
      token(oobGrant, mfaToken, { oob_code: oobCode, binding_code: bindingCode }, more),
    verifyRecovery: (mfaToken, code, more) => token(recoveryGrant, mfaToken, { recovery_code: code }, more),
    totp: (who = 'ada') => control.mfa.totpCode(`auth0|${who}`),
    sentCode: (to) => control.mfa.lastCode({ to }),
    advance: (seconds) => context.clock.advance(seconds * 1000),
    async mfaAccessToken(who = 'ada', scope = 'enroll read:authenticators remove:authenticators') {
      const audience = `${base.issuer}mfa/`;
      const login = await test.logIn(who, { audience, scope });
      if (login.status === 200) return String(login.body.access_token);
      const answer = await test.verifyOtp(String(login.body.mfa_token), await test.totp(who));
      return String(answer.body.access_token);
    },
  };
  return test;
}

/** A code that is not the right one. */
export function wrong(code: string): string {
  return `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
}
