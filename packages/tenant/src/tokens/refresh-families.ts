import type { TenantContext } from '../context.ts';
import { listOf } from '../errors.ts';
import { isPublic } from '../http/client-authentication.ts';
import type { RefreshFamily, RefreshToken, Store } from '../store/store.ts';
import { createSecret, hashSecret } from './secret.ts';
import type { Subject } from './subject.ts';

/**
 * A login that may be renewed without the person is a family of refresh tokens. Each renewal adds a generation; only the
 * newest is live, and the one before it works for the client's leeway, so that a lost response costs nobody their login.
 * Anything older is reuse: a copy is in other hands, and the family ends (RFC 9700 section 4.14.2).
 *
 * Two calls inside the leeway get siblings of one generation. Either may be used next; the other is then the one before.
 */

export interface NewFamily {
  readonly id: string;
  readonly token: string;
}

export function createFamilyKeys(): NewFamily {
  return { id: createSecret(), token: createSecret() };
}

export async function storeFamily(
  tenant: TenantContext,
  store: Store,
  subject: Subject & { readonly user: { readonly id: string } },
  { id, token }: NewFamily,
): Promise<void> {
  const now = tenant.clock.now();
  const { lifetime, idleLifetime } = subject.client.refreshToken;
  await store.refreshTokens.createFamily(
    {
      id,
      userId: subject.user.id,
      clientId: subject.client.clientId,
      audience: subject.audience ?? '',
      scope: subject.scope,
      sessionId: subject.sessionId,
      authTime: subject.authTime ?? now,
      // A confidential client proves itself with its secret each time; its refresh tokens need no key (RFC 9449 section 5).
      dpopJkt: isPublic(subject.client) ? subject.dpopJkt : undefined,
      data: {
        tellAuthTime: subject.tellAuthTime === true,
        amr: subject.amr ?? [],
        rememberedBrowser: subject.rememberedBrowser === true,
        organizationId: subject.organization?.id,
      },
      origin: subject.origin,
      createdAt: now,
      lastUsedAt: now,
      idleExpiresAt: now + Math.min(idleLifetime, lifetime) * 1000,
      absoluteExpiresAt: now + lifetime * 1000,
    },
    hashSecret(token),
  );
}

/** Where a presented token stands in its family. */
export type Standing =
  | { readonly kind: 'live' }
  /** The one before the newest, inside the leeway. */
  | { readonly kind: 'overlap' }
  /** An older one, or the one before after the leeway. */
  | { readonly kind: 'reuse'; readonly explanation: string }
  | { readonly kind: 'dead'; readonly explanation: string };

export function judge(
  { token, family, newest }: { token: RefreshToken; family: RefreshFamily; newest: RefreshToken },
  { leeway, now }: { leeway: number; now: number },
): Standing {
  const about = `The refresh token of family ${family.id} (client ${family.clientId}, user ${family.userId})`;
  if (family.revokedAt !== undefined) {
    return { kind: 'dead', explanation: `${about} was revoked: ${family.revokedReason ?? 'no reason given'}.` };
  }
  if (now >= family.absoluteExpiresAt) {
    return { kind: 'dead', explanation: `${about} reached its absolute lifetime, which renewals do not extend.` };
  }
  if (now >= family.idleExpiresAt) {
    return { kind: 'dead', explanation: `${about} was not used for longer than its idle lifetime.` };
  }
  const age = newest.generation - token.generation;
  if (age === 0 && token.consumedAt === undefined) return { kind: 'live' };
  const rotatedAt = token.consumedAt ?? newest.createdAt;
  if (age === 1 && leeway > 0 && now <= rotatedAt + leeway * 1000) return { kind: 'overlap' };
  const reason =
    age > 1
      ? `generation ${token.generation} was presented when generation ${newest.generation} was the newest`
      : leeway === 0
        ? 'it had been exchanged before and the client has no leeway'
        : `it had been exchanged ${Math.round((now - rotatedAt) / 1000)} s before, outside of the leeway of ${leeway} s`;
  return {
    kind: 'reuse',
    explanation: `${about} was used again: ${reason}. The whole family is revoked, as a copy may be in other hands. Causes: two renewals at once, a response that got lost, or a stolen token.`,
  };
}

/** Ends the family that a reused token belongs to, and says so once. */
export async function revokeReusedFamily(
  tenant: TenantContext,
  family: RefreshFamily,
  explanation: string,
): Promise<void> {
  const now = tenant.clock.now();
  const reason = 'a refresh token was used again outside of the leeway';
  if (!(await tenant.store.refreshTokens.revokeFamily(family.id, reason, now))) return;
  tenant.events.record({
    type: 'refresh.reuse_detected',
    outcome: 'failure',
    sentence: explanation,
    clientId: family.clientId,
    userId: family.userId,
    details: { family_id: family.id },
  });
}

/** The scope of a renewal: what was granted, narrowed by what is asked for; it never grows (RFC 6749 section 6). */
export function narrowScope(
  granted: readonly string[],
  requested: readonly string[] | undefined,
): { scope: readonly string[]; refused: string | undefined } {
  if (requested === undefined) return { scope: granted, refused: undefined };
  const excess = requested.filter((name) => !granted.includes(name));
  const scope = requested.filter((name) => granted.includes(name));
  return { scope, refused: excess.length === 0 ? undefined : listOf(excess) };
}
