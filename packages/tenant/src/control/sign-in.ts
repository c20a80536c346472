import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { type Passed, passGate, type Verdict } from '../login/gate.ts';
import { createSession } from '../sessions/browser-session.ts';
import { cookieAttributes, cookieName } from '../sessions/cookies.ts';
import type { User } from '../store/store.ts';
import { issue, type TokenResponse } from '../tokens/issue.ts';
import { allowedScope, parseScope } from '../tokens/scopes.ts';
import { ControlError } from './control-error.ts';
import { parseInput, sessionStateSchema, signInSchema } from './input.ts';

export interface SignInOptions {
  /** Id, or e-mail address. */
  readonly user: string;
  /** May be left out when the tenant has one client. */
  readonly clientId?: string;
  /** Identifier of the API. Default: the tenant's default audience, else none (an opaque token). */
  readonly audience?: string;
  /** Space-separated. Default: `openid profile email`. */
  readonly scope?: string;
  /** As if a second factor had been proved; without it, who owes one is asked at the first renewal. Default: false. */
  readonly mfa?: boolean;
}

/** Playwright's storage-state form, for `browser.newContext({ storageState })`. */
export interface StorageState {
  readonly cookies: readonly {
    readonly name: string;
    readonly value: string;
    readonly domain: string;
    readonly path: string;
    /** -1: until the browser closes. */
    readonly expires: number;
    readonly httpOnly: boolean;
    readonly secure: boolean;
    readonly sameSite: 'Lax' | 'None' | 'Strict';
  }[];
  readonly origins: readonly never[];
}

/** Tokens as a login through the pages would give them, session included. Rules run; a second factor is not asked for. */
export async function signInWithoutPages(tenant: TenantContext, options: SignInOptions): Promise<TokenResponse> {
  const { user: name, clientId, audience: named, scope, mfa } = parseInput(signInSchema, options);
  const client = findClient(tenant, clientId);
  const user = await findActiveUser(tenant, name);
  const audience = named ?? tenant.registry.config.defaultAudience;
  const api = audience === undefined ? undefined : tenant.registry.api(audience);
  if (audience !== undefined && !api) {
    const known = tenant.registry.config.apis.map(({ identifier }) => identifier).join(', ');
    throw new ControlError(
      'invalid_request',
      `audience: there is no API "${audience}"; allowed: ${known || 'none is configured'}`,
    );
  }
  const amr = amrWith(mfa);
  const verdict = await passGate(tenant, {
    client,
    user,
    connection: user.connection,
    protocol: 'redirect',
    amr,
    audience,
    scope: allowedScope(client, api, parseScope(scope ?? 'openid profile email')),
    request: { ip: 'local' },
  });
  if (verdict.kind === 'denied') throw new ControlError('conflict', `The login was denied: ${verdict.reason}`);
  const { session } = await createSession(tenant, user, amr);
  await tenant.store.sessions.addClient(session.id, client.clientId, tenant.clock.now());
  await recordLogin(tenant, user, client.clientId);
  return issue(tenant, {
    client,
    user,
    audience,
    ...passedOf(verdict),
    sessionId: session.id,
    authTime: session.authTime,
    amr: session.amr,
  });
}

/** A browser session: whoever loads these cookies is signed in at the tenant. */
export async function createSessionState(
  tenant: TenantContext,
  options: { user: string; mfa?: boolean },
): Promise<StorageState> {
  const { user: name, mfa } = parseInput(sessionStateSchema, options);
  const user = await findActiveUser(tenant, name);
  const { cookie } = await createSession(tenant, user, amrWith(mfa));
  await recordLogin(tenant, user, undefined);
  const cookieBase = { name: cookieName(tenant, 'session'), value: cookie, domain: new URL(tenant.issuer).hostname };
  return { cookies: [{ ...cookieBase, expires: -1, ...cookieAttributes(tenant) }], origins: [] };
}

function amrWith(mfa: boolean): string[] {
  return mfa ? ['pwd', 'mfa', 'otp'] : ['pwd'];
}

function passedOf(verdict: Extract<Verdict, { kind: 'pass' | 'mfa' }>): Passed {
  const { scope, idTokenClaims, accessTokenClaims } = verdict.kind === 'pass' ? verdict : verdict.passed;
  return { scope, idTokenClaims, accessTokenClaims };
}

function findClient(tenant: TenantContext, clientId: string | undefined): ClientConfig {
  const { clients } = tenant.registry.config;
  const client = clientId === undefined && clients.length === 1 ? clients[0] : tenant.registry.client(clientId ?? '');
  if (client) return client;
  const names = clients.map((one) => one.clientId).join(', ') || 'none is configured';
  throw new ControlError(
    'invalid_request',
    clientId === undefined
      ? `clientId: is missing; allowed: ${names}`
      : `clientId: there is no client "${clientId}"; allowed: ${names}`,
  );
}

async function findActiveUser(tenant: TenantContext, name: string): Promise<User> {
  const user = (await tenant.store.users.get(name)) ?? (await tenant.store.users.findByEmail(name))[0];
  if (!user) throw new ControlError('not_found', `There is no user with the id or e-mail address ${name}.`);
  if (user.blocked) throw new ControlError('conflict', `User ${user.id} is blocked; unblock the user first.`);
  return user;
}

async function recordLogin(tenant: TenantContext, user: User, clientId: string | undefined): Promise<void> {
  await tenant.store.users.recordLogin(user.id, tenant.clock.now());
  tenant.events.record({
    type: 'login.success',
    outcome: 'success',
    sentence: `User ${user.id} was signed in without pages through the control API${clientId ? ` for client ${clientId}` : ''}.`,
    clientId,
    userId: user.id,
  });
}
