import type { TenantConfigInput } from '../../src/config/schema.ts';
import type { TenantOptions } from '../../src/tenant.ts';
import { api, callback, otherApi, type ProtocolTest, secret, startProtocolTest, type TokenAnswer } from './protocol.ts';

export const realmGrant = 'http://auth0.com/oauth/grant-type/password-realm';
export const otpGrant = 'http://auth0.com/oauth/grant-type/passwordless/otp';
export const database = 'Username-Password-Authentication';

const everyGrant: NonNullable<NonNullable<TenantConfigInput['clients']>[number]['grantTypes']> = [
  'authorization_code',
  'refresh_token',
  'password',
  realmGrant,
  otpGrant,
];

/** Clients, connections and people for logins without pages. */
export const directConfig = {
  name: 'Direct logins',
  clients: [
    {
      clientId: 'app',
      name: 'App',
      type: 'spa',
      callbacks: [callback],
      webOrigins: ['https://app.example.test'],
      grantTypes: everyGrant,
    },
    { clientId: 'other-app', name: 'Another app', type: 'native', callbacks: [callback], grantTypes: everyGrant },
    { clientId: 'plain', name: 'App without these grants', type: 'spa', callbacks: [callback] },
    {
      clientId: 'few',
      name: 'App with the second database only',
      type: 'native',
      connections: ['Staff', 'closed-email'],
      grantTypes: everyGrant,
    },
    { clientId: 'phone-only', name: 'App for phones', type: 'spa', callbacks: [callback], connections: ['sms'] },
    {
      clientId: 'no-signup',
      name: 'App for members',
      type: 'spa',
      callbacks: [callback],
      connections: ['closed-email'],
    },
    {
      clientId: 'no-password',
      name: 'App without passwords',
      type: 'spa',
      callbacks: [callback],
      connections: ['github', 'email'],
    },
    { clientId: 'none', name: 'App without a database', type: 'native', connections: ['sms'], grantTypes: everyGrant },
    {
      clientId: 'server',
      name: 'Server app',
      type: 'regular',
      clientSecret: secret,
      callbacks: [callback],
      grantTypes: everyGrant,
      trustForwardedFor: true,
    },
    {
      clientId: 'wary-server',
      name: 'Server app that names nobody',
      type: 'regular',
      clientSecret: secret,
      grantTypes: everyGrant,
    },
  ],
  apis: [
    { identifier: api, scopes: ['read:notes', 'write:notes'], allowOfflineAccess: true },
    { identifier: otherApi, scopes: ['read:other'] },
  ],
  connections: [
    { name: database, strategy: 'auth0', requiresUsername: true },
    { name: 'Staff', strategy: 'auth0' },
    { name: 'email', strategy: 'email' },
    { name: 'sms', strategy: 'sms' },
    { name: 'closed-email', strategy: 'email', signup: false },
    { name: 'google-oauth2', strategy: 'google-oauth2' },
    { name: 'apple', strategy: 'apple' },
    { name: 'github', strategy: 'github', signup: false },
    { name: 'facebook', strategy: 'facebook' },
  ],
  users: [
    {
      id: 'auth0|ada',
      email: 'ada@example.com',
      username: 'ada',
      password: 'Engine-Horse-42',
      profile: { name: 'Ada Lovelace' },
    },
    { id: 'auth0|grace', email: 'grace@example.com', password: 'Compiler-Horse-42' },
    { id: 'auth0|blocked', email: 'blocked@example.com', password: 'Blocked-Horse-42', blocked: true },
    { id: 'auth0|leaked', email: 'leaked@example.com', password: 'Breached-Horse-42' },
    { id: 'auth0|staff', connection: 'Staff', email: 'staff@example.com', password: 'Staff-Horse-42' },
    { id: 'email|known', connection: 'closed-email', email: 'known@example.com' },
    { id: 'email|blocked', connection: 'email', email: 'blocked@example.com', blocked: true },
  ],
} satisfies TenantConfigInput;

export interface DirectTest extends ProtocolTest {
  /** POSTs JSON; `undefined` leaves a parameter out. */
  json(path: string, body: Record<string, unknown>, headers?: Record<string, string>): Promise<TokenAnswer>;
  /** Ada's login with password-realm, changed by `changes`. */
  realm(changes?: Record<string, unknown>, headers?: Record<string, string>): Promise<TokenAnswer>;
  /** Moves the tenant's clock through the control API over HTTP. */
  advance(ms: number): Promise<void>;
  resetClock(): Promise<void>;
  /** A call of the control API. */
  control(path: string, init?: RequestInit): Promise<Response>;
  /** The newest message to somebody. */
  newest(to: string): Promise<{ text: string; code?: string; link?: string; template: string; subject?: string }>;
}

export async function startDirectTest(
  changes: Partial<TenantConfigInput> = {},
  options: TenantOptions = {},
): Promise<DirectTest> {
  const test = await startProtocolTest({ ...directConfig, ...changes }, options);
  const control: DirectTest['control'] = (path, init = {}) =>
    fetch(new URL(`/__tenant/api${path}`, test.issuer), {
      ...init,
      headers: { authorization: `Bearer ${test.tenant.control.secret}`, 'content-type': 'application/json' },
    });
  const clock = async (change: object) => {
    const answer = await control('/clock', { method: 'POST', body: JSON.stringify(change) });
    if (!answer.ok) throw new Error(`The clock stays: ${await answer.text()}`);
  };
  const json: DirectTest['json'] = async (path, body, headers = {}) => {
    const response = await fetch(new URL(path, test.issuer), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
    const text = await response.text();
    const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : { text };
    return { status: response.status, headers: response.headers, body: parsed as Record<string, unknown> };
  };
  return {
    ...test,
    json,
    realm: (changes = {}, headers) =>
      json(
        '/oauth/token',
        {
          grant_type: realmGrant,
          client_id: 'app',
          username: 'ada@example.com',
          password: 'Engine-Horse-42',
          realm: database,
          scope: 'openid profile email',
          ...changes,
        },
        headers,
      ),
    advance: (ms) => clock({ advance: ms }),
    resetClock: () => clock({ reset: true }),
    control,
    async newest(to) {
      const answer = await control(`/outbox?to=${encodeURIComponent(to)}`);
      const message = ((await answer.json()) as Awaited<ReturnType<DirectTest['newest']>>[]).at(-1);
      if (message === undefined) throw new Error(`There is no message to ${to}.`);
      return message;
    },
  };
}
