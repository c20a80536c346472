import { createHash, randomBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { decodeJwt } from 'jose';
import type { TenantConfigInput } from '../../src/config/schema.ts';
import type { TenantEvent } from '../../src/events/event-log.ts';
import type { Tenant, TenantOptions } from '../../src/tenant.ts';
import { type Browser, type Credentials, createBrowser, type Page } from './browser.ts';
import { createQuickTenant } from './quick-tenant.ts';

export const api = 'https://api.postern.test';
export const otherApi = 'https://other.postern.test';
export const rfc9068Api = 'https://rfc9068.postern.test';
export const strictApi = 'https://ask.postern.test';
export const callback = 'https://app.example.test/callback';
export const secret = 'a-secret-of-the-regular-client';

/** One client of each kind a test may need. */
export const protocolConfig: TenantConfigInput = {
  name: 'Protocol tests',
  clients: [
    {
      clientId: 'spa',
      name: 'Web app',
      type: 'spa',
      callbacks: [callback, 'https://app.example.test/other?x=1'],
      logoutUrls: ['https://app.example.test/bye', 'https://app.example.test/bye?kind=oidc'],
      webOrigins: ['https://app.example.test'],
      refreshToken: { leeway: 10, lifetime: 1000, idleLifetime: 400 },
    },
    {
      clientId: 'strict-spa',
      name: 'Web app without leeway',
      type: 'spa',
      callbacks: [callback],
      webOrigins: ['https://strict.example.test'],
    },
    { clientId: 'dev-spa', name: 'Web app on this machine', type: 'spa', allowLoopbackCallbacks: true },
    {
      clientId: 'steady-spa',
      name: 'Web app without rotation',
      type: 'spa',
      callbacks: [callback],
      refreshToken: { rotation: 'non-rotating' },
    },
    {
      clientId: 'native',
      name: 'Mobile app',
      type: 'native',
      callbacks: ['com.example.app://callback', 'http://127.0.0.1/callback', 'http://[::1]:1234/callback'],
    },
    {
      clientId: 'regular',
      name: 'Server app',
      type: 'regular',
      clientSecret: secret,
      callbacks: [callback],
      logoutUrls: ['https://server.example.test/bye'],
      grantTypes: ['authorization_code', 'refresh_token'],
    },
    {
      clientId: 'third-party',
      name: 'Somebody else’s app',
      type: 'spa',
      callbacks: [callback],
      skipConsent: false,
      grantTypes: ['authorization_code'],
    },
    {
      clientId: 'machine',
      name: 'Nightly job',
      type: 'machine',
      clientSecret: 'a-secret-of-the-machine',
      grantTypes: ['client_credentials'],
    },
  ],
  apis: [
    { identifier: api, scopes: ['read:notes', 'write:notes'], allowOfflineAccess: true, tokenLifetime: 600 },
    { identifier: otherApi, scopes: ['read:other'] },
    { identifier: rfc9068Api, scopes: ['read:notes'], tokenProfile: 'rfc9068' },
    { identifier: strictApi, scopes: ['read:mail'], skipConsent: false },
  ],
  connections: [
    { name: 'Username-Password-Authentication', strategy: 'auth0' },
    { name: 'Second-Database', strategy: 'auth0' },
  ],
  users: [
    {
      id: 'auth0|sample',
      email: 'user@example.com',
      password: 'Correct-Horse-42',
      profile: { name: 'Robin Sample', given_name: 'Robin' },
      phoneNumber: '+15550100',
    },
    { id: 'auth0|other', email: 'other@example.com', password: 'Other-Horse-42' },
    { id: 'auth0|blocked', email: 'blocked@example.com', password: 'Blocked-Horse-42', blocked: true },
  ],
};

export const otherUser: Credentials = { username: 'other@example.com', password: 'Other-Horse-42' };

export interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A running tenant with short words for what the protocol tests do again and again. */
export interface ProtocolTest {
  readonly tenant: Tenant;
  readonly issuer: string;
  /** Where this very process listens. */
  readonly url: string;
  browser(): Browser;
  /** A good authorize URL for `spa`, changed by `changes`; `undefined` leaves a parameter out. */
  authorizeUrl(changes?: Record<string, string | undefined>): URL;
  /** POSTs a form. */
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<TokenAnswer>;
  /** Signs in and answers with the code of the callback. */
  code(changes?: Record<string, string | undefined>, browser?: Browser, who?: Credentials): Promise<string>;
  redeem(code: string, changes?: Record<string, string | undefined>): Promise<TokenAnswer>;
  refresh(token: string | undefined, changes?: Record<string, string>): Promise<TokenAnswer>;
  /** Signs in and redeems the code. */
  tokens(changes?: Record<string, string | undefined>, browser?: Browser): Promise<Tokens>;
  userinfo(accessToken: string): Promise<Response>;
  /** The newest event of that type. */
  lastEvent(type: string): Promise<TenantEvent>;
  close(): Promise<void>;
}

export const verifier = randomBytes(32).toString('base64url');
export const challenge = createHash('sha256').update(verifier).digest('base64url');

export async function startProtocolTest(
  config: TenantConfigInput = protocolConfig,
  options: TenantOptions = {},
): Promise<ProtocolTest> {
  const tenant = await createQuickTenant(config, options);
  const { issuer, url: ownUrl } = await tenant.listen({ port: 0 });
  const at = (path: string) => new URL(path, issuer);

  const test: ProtocolTest = {
    tenant,
    issuer,
    url: ownUrl,
    browser: () => createBrowser(issuer),
    authorizeUrl(changes = {}) {
      const url = at('/authorize');
      const parameters: Record<string, string | undefined> = {
        client_id: 'spa',
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid profile email offline_access read:notes',
        audience: api,
        state: 'the-state',
        nonce: 'the-nonce',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...changes,
      };
      for (const [name, value] of Object.entries(parameters))
        if (value !== undefined) url.searchParams.set(name, value);
      return url;
    },
    async post(path, form, headers = {}) {
      const response = await fetch(at(path), { method: 'POST', body: new URLSearchParams(form), headers });
      const text = await response.text();
      const body: unknown = text.startsWith('{') ? JSON.parse(text) : { text };
      return { status: response.status, headers: response.headers, body: body as Record<string, unknown> };
    },
    async code(changes, browser = test.browser(), who) {
      const page = await browser.logIn(test.authorizeUrl(changes), who);
      return codeOf(page);
    },
    redeem(code, changes = {}) {
      const form = {
        grant_type: 'authorization_code',
        client_id: 'spa',
        code,
        redirect_uri: callback,
        code_verifier: verifier,
        ...changes,
      };
      return test.post('/oauth/token', withoutUndefined(form));
    },
    refresh(token = '', changes = {}) {
      return test.post('/oauth/token', {
        grant_type: 'refresh_token',
        client_id: 'spa',
        refresh_token: token,
        ...changes,
      });
    },
    async tokens(changes = {}, browser) {
      const code = await test.code(changes, browser);
      const { client_id: clientId, redirect_uri: redirectUri } = changes;
      const answer = await test.redeem(code, {
        ...(clientId === undefined ? {} : { client_id: clientId }),
        ...(redirectUri === undefined ? {} : { redirect_uri: redirectUri }),
      });
      if (answer.status !== 200) throw new Error(`No tokens: ${JSON.stringify(answer.body)}`);
      return answer.body as unknown as Tokens;
    },
    userinfo: (accessToken) => fetch(at('/userinfo'), { headers: { authorization: `Bearer ${accessToken}` } }),
    async lastEvent(type) {
      const events = await tenant.context.events.list({ type, limit: 1000 });
      const newest = events.reduce<TenantEvent | undefined>((a, b) => (a && a.id > b.id ? a : b), undefined);
      if (newest === undefined) throw new Error(`There is no event ${type}.`);
      return newest;
    },
    close: () => tenant.close(),
  };
  return test;
}

export function codeOf(page: Page): string {
  const code = page.callback?.searchParams.get('code');
  if (!code) throw new Error(`No code, but ${page.callback?.search ?? `${page.status} at ${page.url.pathname}`}.`);
  return code;
}

export function claimsOf(jwt: string | undefined): JWTPayload {
  return decodeJwt(jwt ?? '');
}

function withoutUndefined(record: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
