import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { currentTotp } from '../../src/mfa/factors/otp.ts';
import { type BoundTest, database, mfaOtpGrant, realmGrant, startBoundTest } from './bound.ts';
import { api } from './protocol.ts';

/** `/me/v1`: people manage their own ways in. */

export const allScopes = [
  ...['read', 'create', 'update', 'delete'].map((verb) => `${verb}:me:authentication_methods`),
  'read:me:factors',
];
export const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const password = 'Correct-Horse-42';
export const webOrigin = 'https://app.example.test';
const grantTypes = ['authorization_code', 'refresh_token', realmGrant, mfaOtpGrant] as const;
export const client = { name: 'App', type: 'native' as const, grantTypes: [...grantTypes], webOrigins: [webOrigin] };

export let test: BoundTest;
export let audience: string;

/** One tenant for all tests of a file. */
export function useAccountTenant(): void {
  beforeAll(async () => {
    test = await startBoundTest({
      mfa: { policy: 'enrolled' },
      clients: [
        { ...client, clientId: 'app', refreshToken: { policies: [{ audience: '/me/', scope: allScopes }] } },
        { ...client, clientId: 'other' },
        // For the nonce of the test support.
        { ...client, clientId: 'spa' },
      ],
      apis: [{ identifier: api, scopes: ['read:notes'], allowOfflineAccess: true }],
      connections: [
        { name: database, strategy: 'auth0', passkeys: true, emailOtp: true },
        { name: 'Plain', strategy: 'auth0' },
      ],
      users: [
        { id: 'auth0|known', email: 'known@example.com', password, mfa: { totpSecret } },
        { id: 'auth0|plain', connection: 'Plain', email: 'plain@example.com', password },
      ],
    });
    audience = `${test.issuer}me/`;
  });
  afterAll(() => test?.close());
  beforeEach(() => test.tenant.control.clock.reset());
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** What the app sends to log somebody in for My Account. */
export const loginForm = (email: string) => ({
  grant_type: realmGrant,
  client_id: 'app',
  username: email,
  password,
  realm: database,
  audience,
  scope: allScopes.join(' '),
});
export const login = (email: string, changes: Record<string, string> = {}) =>
  test.post('/oauth/token', { ...loginForm(email), ...changes });
export async function call(
  method: string,
  path: string,
  token?: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(new URL(`/me/v1${path}`, test.issuer), {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

export let people = 0;
/** Somebody new, and an access token for their account. */
export async function someone({ emailVerified = false }: { emailVerified?: boolean } = {}) {
  const email = `person-${++people}@example.com`;
  const { id } = await test.tenant.control.users.create({ email, password, emailVerified });
  const { body } = await login(email);
  if (typeof body.access_token !== 'string') throw new Error(JSON.stringify(body));
  const token = body.access_token;
  const enroll = (wanted: object) => call('POST', '/authentication-methods', token, wanted);
  return {
    id,
    email,
    token,
    enroll,
    verify: (begun: Answer, proof: object = {}, method = String(begun.body.id)) =>
      call('POST', `/authentication-methods/${encodeURIComponent(method)}/verify`, token, {
        auth_session: begun.body.auth_session,
        ...proof,
      }),
    list: async (query = '') => {
      const { body } = await call('GET', `/authentication-methods${query}`, token);
      return body.authentication_methods as Record<string, unknown>[];
    },
    one: (id: unknown, method = 'GET', changes?: object) =>
      call(method, `/authentication-methods/${encodeURIComponent(String(id))}`, token, changes),
  };
}
export const codeTo = async (to: string) => String((await test.tenant.control.outbox.lastMessage({ to })).code);
export const wrong = (code: string) => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
export const totp = (secret: unknown) => currentTotp(test.tenant.context, String(secret));
export const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

export function expectProblem(answer: Answer, status: number, detail: string | RegExp) {
  const titles: Record<number, string> = {
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    409: 'Conflict',
  };
  expect(answer.body).toMatchObject({
    type: `https://auth0.com/api-errors#A0E-${status}-0001`,
    status,
    title: titles[status],
    detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
}
