import { createHash } from 'node:crypto';
import type { TenantContext } from '../context.ts';
import { type OAuthError, refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import {
  type AuthorizationCode,
  type CodeData,
  consumeAuthorizationCode,
  findAuthorizationCode,
  revokeIssuedByCode,
} from '../tokens/authorization-code.ts';
import { isSameSecret } from '../tokens/secret.ts';
import { AlreadySpent } from '../tokens/subject.ts';
import type { Grant, TokenRequest } from './grant.ts';

/** RFC 6749 section 4.1.3 with PKCE (RFC 7636). */
export const redeemAuthorizationCode: Grant = async (request, tenant) => {
  const { client, parameters } = request;
  const code = await findAuthorizationCode(tenant, requireParameter(parameters, 'code'));
  if (code === undefined) throw refuse.authorizationCode(`Client ${client.clientId} sent an unknown code.`);
  const { data } = code;
  if (data.clientId !== client.clientId) {
    throw refuse.authorizationCode(
      `The code was issued to client ${data.clientId} but client ${client.clientId} tried to use it.`,
    );
  }
  if (code.consumedAt !== undefined) throw await refuseSecondUse(tenant, code);
  const now = tenant.clock.now();
  if (now >= code.expiresAt) {
    throw refuse.authorizationCode(
      `The code expired ${Math.round((now - code.expiresAt) / 1000)} s ago; codes live for ${tenant.registry.config.lifetimes.authorizationCode} s.`,
    );
  }
  checkRedirectUri(data, parameters.redirect_uri);
  checkVerifier(data, parameters.code_verifier);
  checkProofKey(data, request);

  const session = await tenant.store.sessions.get(data.sessionId);
  if (session === undefined || session.endedAt !== undefined) {
    throw refuse.authorizationCode(`The session of user ${data.userId} ended before the code was used.`);
  }
  const user = await tenant.store.users.get(data.userId);
  if (user === undefined) throw refuse.authorizationCode(`User ${data.userId} was deleted after the code was issued.`);
  if (user.blocked) throw refuse.blockedUser(`User ${user.id} was blocked after the code was issued.`);

  return {
    client,
    user,
    audience: data.audience,
    scope: data.scope,
    sessionId: data.sessionId,
    authTime: data.authTime,
    tellAuthTime: data.tellAuthTime,
    nonce: data.nonce,
    amr: data.amr,
    rememberedBrowser: data.rememberedBrowser,
    organization: tenant.registry.organization(data.organizationId),
    origin: data.origin,
    idTokenClaims: data.idTokenClaims,
    accessTokenClaims: data.accessTokenClaims,
    dpopJkt: request.dpopJkt,
    redeem: async (store, issued) => {
      if (await consumeAuthorizationCode(store, code, issued, now)) return undefined;
      throw new AlreadySpent(async () => refuseSecondUse(tenant, await reread(tenant, code, parameters.code)));
    },
  };
};

async function refuseSecondUse(tenant: TenantContext, code: AuthorizationCode): Promise<OAuthError> {
  await revokeIssuedByCode(tenant, code);
  return refuse.authorizationCode(
    `The code for client ${code.data.clientId} was used a second time. What its first use gave is revoked, as the code may have been stolen. A callback that runs twice does this, too.`,
  );
}

async function reread(tenant: TenantContext, code: AuthorizationCode, value = ''): Promise<AuthorizationCode> {
  return (await findAuthorizationCode(tenant, value)) ?? code;
}

function checkRedirectUri(code: CodeData, sent: string | undefined): void {
  if (sent === code.redirectUri) return;
  const what = sent === undefined ? 'no redirect_uri' : `redirect_uri ${sent}`;
  throw refuse.authorizationCode(`The token request has ${what}, but the code was issued for ${code.redirectUri}.`);
}

function checkVerifier({ codeChallenge, clientId }: CodeData, verifier: string | undefined): void {
  if (codeChallenge === undefined) {
    if (verifier === undefined) return;
    throw refuse.codeVerifier(
      `Client ${clientId} sent a code_verifier, but its authorization request had no code_challenge; somebody may have removed it (RFC 9700 section 4.8.2).`,
    );
  }
  if (verifier === undefined) {
    throw refuse.codeVerifier(
      `Client ${clientId} sent no code_verifier, but the code was issued for a code_challenge.`,
    );
  }
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) {
    throw refuse.codeVerifier(
      `Client ${clientId} sent a code_verifier of ${verifier.length} characters; 43 to 128 unreserved ones are allowed (RFC 7636 section 4.1).`,
    );
  }
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (!isSameSecret(challenge, codeChallenge)) {
    throw refuse.codeVerifier(
      `The code_verifier of client ${clientId} does not belong to the code_challenge of this login; two logins at once may have shared one stored verifier.`,
    );
  }
}

/** RFC 9449 section 10: a code asked for with `dpop_jkt` is for that key alone. */
function checkProofKey({ dpopJkt, clientId }: CodeData, request: TokenRequest): void {
  if (dpopJkt === undefined || dpopJkt === request.dpopJkt) return;
  const proved = request.dpopJkt === undefined ? 'no DPoP key' : 'another DPoP key';
  throw refuse.authorizationCode(
    `Client ${clientId} proved ${proved}, but the code is for the one whose thumbprint (dpop_jkt) it sent to /authorize.`,
  );
}
