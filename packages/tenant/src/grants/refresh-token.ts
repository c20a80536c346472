import type { ClientConfig, OrganizationConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { type OAuthError, refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import { passDirectGate } from '../login/direct-gate.ts';
import type { LoginAttempt } from '../login/gate.ts';
import { whyNoMember } from '../organizations/membership.ts';
import type { RefreshFamily, RefreshToken, Store, User } from '../store/store.ts';
import { judge, revokeReusedFamily, type Standing } from '../tokens/refresh-families.ts';
import { findRenewalTarget } from '../tokens/renewal-target.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';
import { AlreadySpent, type Subject } from '../tokens/subject.ts';
import type { Grant, TokenRequest } from './grant.ts';

/** RFC 6749 section 6, with Auth0's rotation, leeway and expiry. The family's rules are in `tokens/refresh-families.ts`. */
export const redeemRefreshToken: Grant = async (request, tenant) => {
  const { client, parameters } = request;
  const hash = hashSecret(requireParameter(parameters, 'refresh_token'));
  const { subject, family, user } = await prepareRefresh(tenant, request, hash);
  const { audience, scope, sessionId, gty, tellAuthTime } = subject;
  const amr = amrOf(family);
  const attempt: LoginAttempt = {
    client,
    user,
    connection: user.connection,
    protocol: 'refresh',
    amr,
    audience,
    scope,
    sessionId,
    organization: subject.organization,
    rememberedBrowser: family.data.rememberedBrowser === true,
    acrValues: parameters.acr_values?.split(' '),
    request: request.request,
  };
  const resume = { refreshTokenHash: hash, gty, tellAuthTime, authTime: family.authTime, dpopJkt: family.dpopJkt };
  const passed = await passDirectGate(tenant, attempt, resume);
  return { ...subject, ...passed, amr };
};

/** The same renewal after its second factor was proved. */
export async function resumeRefresh(tenant: TenantContext, request: TokenRequest, hash: string): Promise<Subject> {
  return (await prepareRefresh(tenant, request, hash)).subject;
}

function amrOf({ data }: RefreshFamily): string[] {
  return Array.isArray(data.amr) ? data.amr.filter((value) => typeof value === 'string') : [];
}

/** Checks token, key, audience, user and scope, and says who would get what. Nothing is used up yet. */
async function prepareRefresh(
  tenant: TenantContext,
  { client, parameters, dpopJkt, request }: TokenRequest,
  hash: string,
): Promise<{ subject: Subject; family: RefreshFamily; user: User }> {
  const { token, family, standing } = await find(tenant, tenant.store, client, hash);
  if (standing.kind === 'dead' || standing.kind === 'reuse') throw await refuseToken(tenant, family, standing);
  if (family.dpopJkt !== undefined && family.dpopJkt !== dpopJkt) {
    const proved = dpopJkt === undefined ? 'the request carries no proof' : 'the request was proved with another';
    throw refuse.refreshToken(`The refresh token of family ${family.id} is bound to a DPoP key, but ${proved}.`);
  }
  const { audience, scope, isTransfer } = findRenewalTarget(tenant, client, family, parameters);
  const user = await findUser(tenant, family);
  const organization = await findOrganizationOf(tenant, family, user);

  const subject: Subject = {
    client,
    user,
    audience,
    scope,
    organization,
    origin: family.origin,
    transferTo: isTransfer ? { address: request.ip } : undefined,
    sessionId: family.sessionId,
    authTime: family.authTime,
    tellAuthTime: family.data.tellAuthTime === true,
    gty: 'refresh_token',
    dpopJkt: family.dpopJkt ?? dpopJkt,
    family,
    redeem: async (store) => rotate(tenant, store, client, token, family.absoluteExpiresAt),
  };
  return { subject, family, user };
}

/**
 * Touching the family comes first: the row stays locked until the transaction ends, so calls with tokens of one family
 * take turns on every engine, and each judges what the one before it left.
 */
async function rotate(
  tenant: TenantContext,
  store: Store,
  client: ClientConfig,
  { hash, familyId }: RefreshToken,
  absoluteExpiresAt: number,
): Promise<string | undefined> {
  const now = tenant.clock.now();
  const idleExpiresAt = Math.min(now + client.refreshToken.idleLifetime * 1000, absoluteExpiresAt);
  await store.refreshTokens.touchFamily(familyId, { lastUsedAt: now, idleExpiresAt });
  const { family, newest, standing } = await find(tenant, store, client, hash);
  if (client.refreshToken.rotation === 'non-rotating' && standing.kind === 'live') return undefined;

  const add = async (generation: number) => {
    const successor = createSecret();
    await store.refreshTokens.add({ hash: hashSecret(successor), familyId, generation, createdAt: now });
    return successor;
  };
  if (standing.kind === 'live' && (await store.refreshTokens.consume(hash, now))) return add(newest.generation + 1);
  if (standing.kind === 'overlap') {
    tenant.events.record({
      type: 'refresh.overlap',
      outcome: 'success',
      sentence: `Client ${client.clientId} used the refresh token before the newest one of family ${familyId} inside the leeway of ${client.refreshToken.leeway} s and got a fresh one.`,
      clientId: client.clientId,
      userId: family.userId,
      details: { family_id: familyId },
    });
    return add(newest.generation);
  }
  throw new AlreadySpent(async () => {
    const after = await find(tenant, tenant.store, client, hash);
    return refuseToken(tenant, after.family, after.standing);
  });
}

/** The token with its place in its family. Rejects when it is unknown or another client's. */
async function find(
  tenant: TenantContext,
  store: Store,
  client: ClientConfig,
  hash: string,
): Promise<{ token: RefreshToken; family: RefreshFamily; newest: RefreshToken; standing: Standing }> {
  const found = await store.refreshTokens.find(hash);
  if (found === undefined) {
    throw refuse.refreshToken(
      `Client ${client.clientId} sent a refresh token this tenant does not know; it may be from another tenant, or from before a reset.`,
    );
  }
  const { token, family, newest } = found;
  if (family.clientId !== client.clientId) {
    throw refuse.refreshToken(
      `The refresh token belongs to client ${family.clientId} but client ${client.clientId} tried to use it.`,
    );
  }
  const times = { leeway: client.refreshToken.leeway, now: tenant.clock.now() };
  return { token, family, newest, standing: judge({ token, family, newest }, times) };
}

async function refuseToken(tenant: TenantContext, family: RefreshFamily, standing: Standing): Promise<OAuthError> {
  const explanation = 'explanation' in standing ? standing.explanation : 'The refresh token was spent by another call.';
  if (standing.kind === 'reuse') await revokeReusedFamily(tenant, family, explanation);
  return refuse.refreshToken(explanation);
}

async function findUser(tenant: TenantContext, family: RefreshFamily): Promise<User> {
  const user = await tenant.store.users.get(family.userId);
  if (user === undefined) {
    throw refuse.deletedUser(`User ${family.userId}, whom the refresh token was issued for, was deleted.`);
  }
  if (user.blocked) {
    await tenant.store.refreshTokens.revokeFamily(family.id, 'the user was blocked', tenant.clock.now());
    throw refuse.blockedUser(`User ${user.id} is blocked; the refresh token is revoked.`);
  }
  return user;
}

/** The organization of the login. Who is no member any more has no business there, and no tokens for it. */
async function findOrganizationOf(
  tenant: TenantContext,
  { id, data }: RefreshFamily,
  user: User,
): Promise<OrganizationConfig | undefined> {
  if (typeof data.organizationId !== 'string') return undefined;
  const organization = tenant.registry.organization(data.organizationId);
  if (organization === undefined) {
    throw refuse.refreshToken(
      `The refresh token of family ${id} is for an organization that is gone: ${data.organizationId}.`,
    );
  }
  const refusal = await whyNoMember(tenant, organization, user, user.connection);
  if (refusal === undefined) return organization;
  throw refuse.refreshToken(`The refresh token of family ${id} is no longer good: ${refusal.explanation}`);
}
