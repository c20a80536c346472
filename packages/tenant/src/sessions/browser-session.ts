import type { Context } from 'hono';
import type { TenantContext } from '../context.ts';
import type { Session, TransferOrigin, User } from '../store/store.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';
import { clearCookie, readCookie, writeCookie } from './cookies.ts';

/** The single sign-on session of this browser, if its cookie names a live one. */
export async function currentSession(tenant: TenantContext, c: Context): Promise<Session | undefined> {
  const value = readCookie(tenant, c, 'session');
  return value === undefined ? undefined : sessionOf(tenant, value);
}

async function sessionOf(tenant: TenantContext, cookie: string): Promise<Session | undefined> {
  const session = await tenant.store.sessions.findByTokenHash(hashSecret(cookie));
  return session !== undefined && isLive(session, tenant.clock.now()) ? session : undefined;
}

interface Login {
  readonly session: Session;
  readonly user: User;
}

/** The session together with the person it belongs to; a deleted or blocked person has no session. */
export async function currentLogin(tenant: TenantContext, c: Context): Promise<Login | undefined> {
  const value = readCookie(tenant, c, 'session');
  return value === undefined ? undefined : loginOf(tenant, value);
}

/** The same by the value of the cookie. */
export async function loginOf(tenant: TenantContext, cookie: string): Promise<Login | undefined> {
  const session = await sessionOf(tenant, cookie);
  if (session === undefined) return undefined;
  const user = await tenant.store.users.get(session.userId);
  return user === undefined || user.blocked ? undefined : { session, user };
}

export function isLive(session: Session, now: number): boolean {
  return session.endedAt === undefined && now < session.idleExpiresAt && now < session.absoluteExpiresAt;
}

/** A new session and the value of its cookie. The control API signs people in with it, too. */
export async function createSession(
  tenant: TenantContext,
  user: User,
  amr: readonly string[],
  { authTime, origin }: { authTime?: number; origin?: TransferOrigin } = {},
): Promise<{ session: Session; cookie: string }> {
  const now = tenant.clock.now();
  const { idleLifetime, lifetime } = tenant.registry.config.session;
  const cookie = createSecret();
  const session = await tenant.store.sessions.create({
    id: createSecret(),
    tokenHash: hashSecret(cookie),
    userId: user.id,
    createdAt: now,
    authTime: authTime ?? now,
    lastUsedAt: now,
    idleExpiresAt: now + Math.min(idleLifetime, lifetime) * 1000,
    absoluteExpiresAt: now + lifetime * 1000,
    amr,
    origin,
  });
  return { session, cookie };
}

/**
 * Signs `user` in on this browser. The cookie's value is new at every login, so that a value planted before it is
 * worthless after it (session fixation). The same person keeps their session id; another person ends the old session.
 */
export async function signIn(tenant: TenantContext, c: Context, user: User, amr: readonly string[]): Promise<Session> {
  const existing = await currentSession(tenant, c);
  const { lifetime } = tenant.registry.config.session;
  // A session that came from another device is that device's; who proves themselves here gets their own.
  if (existing?.userId === user.id && existing.origin === undefined) {
    const cookie = createSecret();
    const renewed = { ...renewal(tenant, existing), authTime: tenant.clock.now(), amr };
    await tenant.store.sessions.update(existing.id, { ...renewed, tokenHash: hashSecret(cookie) });
    writeCookie(tenant, c, 'session', cookie, lifetime);
    return { ...existing, ...renewed };
  }
  if (existing !== undefined) await tenant.store.sessions.end(existing.id, tenant.clock.now());
  const { session, cookie } = await createSession(tenant, user, amr);
  writeCookie(tenant, c, 'session', cookie, lifetime);
  return session;
}

/** Goes on, on this browser, with a login that was made elsewhere, at the time it was made. */
export async function signInFromElsewhere(
  tenant: TenantContext,
  c: Context,
  user: User,
  { amr, authTime, origin }: { amr: readonly string[]; authTime: number; origin: TransferOrigin },
): Promise<Session> {
  const { session, cookie } = await createSession(tenant, user, amr, { authTime, origin });
  writeCookie(tenant, c, 'session', cookie, tenant.registry.config.session.lifetime);
  return session;
}

/**
 * The person proved more than before: the session tells so from now on. Its cookie changes, as at every rise of what a
 * session is worth.
 */
export async function raiseSession(
  tenant: TenantContext,
  c: Context,
  session: Session,
  more: readonly string[],
): Promise<void> {
  const cookie = createSecret();
  const amr = [...new Set([...session.amr, ...more])];
  await tenant.store.sessions.update(session.id, { ...renewal(tenant, session), amr, tokenHash: hashSecret(cookie) });
  writeCookie(tenant, c, 'session', cookie, tenant.registry.config.session.lifetime);
}

/** Records that the session was used: the idle expiry moves on, the absolute one never. */
export async function renewSession(tenant: TenantContext, session: Session): Promise<void> {
  await tenant.store.sessions.update(session.id, renewal(tenant, session));
}

function renewal(tenant: TenantContext, session: Session) {
  const now = tenant.clock.now();
  const idleExpiresAt = Math.min(now + tenant.registry.config.session.idleLifetime * 1000, session.absoluteExpiresAt);
  return { lastUsedAt: now, idleExpiresAt };
}

/**
 * Ends this browser's session and forgets its cookie. Refresh tokens obtained through it end with it
 * (docs/decisions/0002). Returns the session that ended.
 */
export async function endSession(tenant: TenantContext, c: Context): Promise<Session | undefined> {
  const session = await currentSession(tenant, c);
  clearCookie(tenant, c, 'session');
  if (session === undefined) return undefined;
  const now = tenant.clock.now();
  await tenant.store.sessions.end(session.id, now);
  await tenant.store.refreshTokens.revokeWhere({ userId: session.userId, sessionId: session.id }, 'logout', now);
  return session;
}
