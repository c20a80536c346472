import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import type { Interaction } from '../../sessions/interactions.ts';
import { createSecret, hashSecret } from '../../tokens/secret.ts';
import type { ExternalIdentity } from '../resolve-user.ts';
import { clientSecretAt, loginCallback, providerIssuer, tenantClientId } from './credentials.ts';
import { SocialLoginError, verifyProviderIdToken } from './id-token.ts';

/** The tenant's side of the round trip: an OpenID Connect client with PKCE and nonce. */

interface PendingData extends Record<string, unknown> {
  readonly interactionId: string;
  readonly connection: string;
  readonly nonce: string;
  readonly verifier: string;
}

const kind = 'social_login';

/** Remembers the login and answers where the browser goes: the provider's `/authorize`. */
export async function beginSocialLogin(
  tenant: TenantContext,
  interaction: Interaction,
  connection: ConnectionConfig,
): Promise<URL> {
  const [state, nonce, verifier] = [createSecret(), createSecret(), createSecret()];
  const now = tenant.clock.now();
  const data: PendingData = { interactionId: interaction.id, connection: connection.name, nonce, verifier };
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(state),
    data,
    createdAt: now,
    expiresAt: now + tenant.registry.config.lifetimes.interaction * 1000,
  });
  const url = new URL(`${providerIssuer(tenant, connection.name)}/authorize`);
  url.search = String(
    new URLSearchParams({
      response_type: 'code',
      client_id: tenantClientId,
      redirect_uri: loginCallback(tenant),
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(interaction.loginHint === undefined ? {} : { login_hint: interaction.loginHint }),
    }),
  );
  return url;
}

/** The login a provider's `state` belongs to, without ending the wait for its answer. */
export async function peekSocialLogin(tenant: TenantContext, state: string | undefined) {
  return (await tenant.store.artifacts.get<PendingData>(kind, hashSecret(state ?? '')))?.data;
}

/** The same, for exactly one caller. */
export async function takeSocialLogin(tenant: TenantContext, state: string | undefined) {
  return (await tenant.store.artifacts.consume<PendingData>(kind, hashSecret(state ?? ''), tenant.clock.now()))?.data;
}

const tokenAnswer = z.object({ id_token: z.string() });
/**
 * Redeems the code at the provider's token endpoint and checks the ID token: signature, issuer, audience, times, nonce
 * (OIDC Core 3.1.3.7). Rejects with `SocialLoginError`.
 */
export async function fetchIdentity(
  tenant: TenantContext,
  connection: ConnectionConfig,
  { code, nonce, verifier, clientId }: { code: string; nonce: string; verifier: string; clientId: string },
  send: (request: Request) => Response | Promise<Response>,
): Promise<ExternalIdentity> {
  const secret = await clientSecretAt(tenant, connection.name);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: loginCallback(tenant),
    client_id: tenantClientId,
    client_secret: secret,
    code_verifier: verifier,
  });
  const url = `${providerIssuer(tenant, connection.name)}/token`;
  const response = await send(new Request(url, { method: 'POST', body }));
  const answer = tokenAnswer.safeParse(await response.json());
  if (!response.ok || !answer.success) {
    throw new SocialLoginError(`The token endpoint of ${connection.name} answered ${response.status}.`);
  }
  return verifyProviderIdToken(tenant, connection, answer.data.id_token, { clientId, nonce });
}
