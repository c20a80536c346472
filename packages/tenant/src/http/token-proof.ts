import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { OAuthError } from '../errors.ts';
import { currentDpopNonce } from '../tokens/dpop-nonce.ts';
import { checkDpopProof } from '../tokens/dpop-proof.ts';
import type { Subject } from '../tokens/subject.ts';
import { isPublic } from './client-authentication.ts';
import type { ProtocolContext } from './protocol-context.ts';

/**
 * The thumbprint of the key a token request was proved with (RFC 9449 section 5); undefined without a proof. Every answer
 * to a proof, good or bad, brings the nonce for the next one, and the tenant's time for clients whose clock is wrong.
 * Rejects with 400 `invalid_dpop_proof`, or `use_dpop_nonce` for public clients without a good nonce.
 */
export async function readTokenProof(
  tenant: TenantContext,
  c: ProtocolContext,
  client: ClientConfig,
): Promise<string | undefined> {
  const proof = c.req.header('dpop');
  if (proof === undefined && !client.requireDpop) return undefined;
  await sendNonce(tenant, c);
  if (proof === undefined) {
    throw refuseProof(
      'DPoP proof is required',
      `Client ${client.clientId} has requireDpop set, but its token request carries no DPoP header.`,
    );
  }
  const url = `${tenant.issuer}oauth/token`;
  const verdict = await checkDpopProof(tenant, proof, { method: 'POST', url, needsNonce: isPublic(client) });
  switch (verdict.kind) {
    case 'good':
      return verdict.jkt;
    case 'bad':
      throw refuseProof(verdict.description, verdict.explanation);
    case 'nonce':
      throw new OAuthError('use_dpop_nonce', 'Authorization server requires nonce in DPoP proof', {
        explanation: verdict.explanation,
      });
  }
}

/** An API may want bound tokens only, from whatever client. */
export function requireBoundToken(tenant: TenantContext, { client, audience, dpopJkt }: Subject): void {
  if (dpopJkt !== undefined || audience === undefined || tenant.registry.api(audience)?.dpop !== 'required') return;
  throw refuseProof(
    'DPoP proof is required',
    `The API ${audience} takes only tokens that are bound to a DPoP key, but the token request of client ${client.clientId} carries no DPoP header.`,
  );
}

export async function sendNonce(tenant: TenantContext, c: ProtocolContext): Promise<void> {
  c.header('DPoP-Nonce', await currentDpopNonce(tenant));
  c.header('Date', new Date(tenant.clock.now()).toUTCString());
}

function refuseProof(description: string, explanation: string): OAuthError {
  return new OAuthError('invalid_dpop_proof', description, { explanation });
}
