import type { TenantContext } from '../context.ts';
import type { Store } from '../store/store.ts';
import { type AccessToken, createAccessToken } from './access-token.ts';
import { createIdToken } from './id-token.ts';
import { createFamilyKeys, storeFamily } from './refresh-families.ts';
import { hashSecret } from './secret.ts';
import { createSessionTransferToken, sessionTransferTokenType } from './session-transfer-token.ts';
import { AlreadySpent, type Issued, type Subject } from './subject.ts';
import { keepUserinfoClaims } from './userinfo-claims.ts';

/** The body of a successful token response (RFC 6749 section 5.1, OIDC Core 3.1.3.3). */
export interface TokenResponse {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
  /** RFC 8693 section 2.2.1; `token_type` is `N_A` when the token is no access token. */
  readonly issued_token_type?: string;
  readonly token_type: 'Bearer' | 'DPoP' | 'N_A';
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
  /** Auth0: replaces the recovery code that was used. */
  readonly recovery_code?: string;
}

/**
 * Every token of the tenant is made here. Signing comes first and the one transaction that spends the grant and stores
 * what must be stored comes last: it is short, and a call that loses the race for a single-use grant leaves no trace.
 * Rejects with what `AlreadySpent` says when another call was first.
 */
export async function issue(tenant: TenantContext, subject: Subject): Promise<TokenResponse> {
  const { client, user } = subject;
  const beginsFamily = user !== undefined && subject.family === undefined && subject.scope.includes('offline_access');
  const family = beginsFamily ? createFamilyKeys() : undefined;
  const familyId = family?.id ?? subject.family?.id;

  // At once: the signatures are made on other threads.
  const [accessToken, idToken]: [AccessToken, string | undefined] = await Promise.all([
    subject.transferTo === undefined
      ? createAccessToken(tenant, subject, familyId)
      : createSessionTransferToken(tenant, subject, subject.transferTo),
    user !== undefined && subject.scope.includes('openid') ? createIdToken(tenant, subject, user) : undefined,
  ]);
  const issued: Issued = {
    accessTokenHash: hashSecret(accessToken.value),
    accessTokenExpiresAt: tenant.clock.now() + accessToken.expiresIn * 1000,
    familyId,
  };

  const save = async (store: Store) => {
    const rotated = await subject.redeem?.(store, issued);
    if (family !== undefined && user !== undefined) await storeFamily(tenant, store, { ...subject, user }, family);
    await accessToken.save?.(store);
    await keepUserinfoClaims(tenant, store, subject, accessToken);
    return family?.token ?? rotated;
  };
  const refreshToken = await tenant.store.transaction(save).catch(async (reason: unknown) => {
    throw reason instanceof AlreadySpent ? await reason.refuse() : reason;
  });

  tenant.events.record({
    type: 'token.issued',
    outcome: 'success',
    sentence: `Tokens for ${user === undefined ? 'the client itself' : `user ${user.id}`}, audience ${subject.audience ?? 'none (opaque)'}, scope "${subject.scope.join(' ')}", went to client ${client.clientId}.`,
    clientId: client.clientId,
    userId: user?.id,
    details: {
      audience: subject.audience ?? null,
      scope: subject.scope.join(' '),
      id_token: idToken !== undefined,
      refresh_token: refreshToken !== undefined,
      family_id: familyId ?? null,
    },
  });
  return {
    access_token: accessToken.value,
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...tokenTypes(subject),
    expires_in: accessToken.expiresIn,
    scope: subject.scope.join(' '),
    ...(subject.recoveryCode === undefined ? {} : { recovery_code: subject.recoveryCode }),
  };
}

function tokenTypes({
  transferTo,
  issuedTokenType,
  dpopJkt,
}: Subject): Pick<TokenResponse, 'token_type' | 'issued_token_type'> {
  if (transferTo !== undefined) return { issued_token_type: sessionTransferTokenType, token_type: 'N_A' };
  return {
    ...(issuedTokenType === undefined ? {} : { issued_token_type: issuedTokenType }),
    token_type: dpopJkt === undefined ? 'Bearer' : 'DPoP',
  };
}
