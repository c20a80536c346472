import type { TenantContext } from '../context.ts';
import type { User } from '../store/store.ts';
import { type PresentedToken, readAccessToken } from '../tokens/access-token.ts';
import { checkDpopProof, dpopAlgorithms } from '../tokens/dpop-proof.ts';
import { readBody } from './body.ts';
import { isPublic } from './client-authentication.ts';
import type { ProtocolContext } from './protocol-context.ts';
import { sendNonce } from './token-proof.ts';

/** What one of the tenant's own resources asks of an access token. */
export interface ResourceRequirement {
  /** Must be among the token's audiences. */
  readonly audience: string;
  /** One of several is enough. */
  readonly scope: string | readonly string[];
  /** Its public address, which proofs name. */
  readonly url: string;
  /** For the Bearer challenge. */
  readonly realm: string;
  /** How a person is told what to ask for at login when the audience is wrong. */
  readonly hint?: string | undefined;
}

export interface ResourceAccess {
  readonly token: PresentedToken;
  readonly user: User;
  /** The token itself. */
  readonly value: string;
}

/** A refusal: the resource answers in its own form, with `challenge` as WWW-Authenticate. */
export interface ResourceRefusal {
  readonly status: 401 | 403;
  /** Absent when the request brought no token at all: RFC 6750 section 3.1 wants a bare challenge then. */
  readonly error?:
    | 'invalid_token'
    | 'insufficient_scope'
    | 'invalid_dpop_proof'
    | 'use_dpop_nonce'
    | 'invalid_request'
    | undefined;
  readonly problem: string;
  readonly challenge: string;
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
}

/**
 * Who calls one of the tenant's resources, by an access token in the Authorization header: plain `Bearer`, or `DPoP` with
 * a proof (RFC 9449 section 7). A bound token is worth nothing without its key, and public clients need a nonce.
 */
export async function readAccess(
  tenant: TenantContext,
  c: ProtocolContext,
  required: ResourceRequirement,
): Promise<ResourceAccess | ResourceRefusal> {
  const presented = await readPresentedToken(c);
  if (presented === undefined) {
    return {
      status: 401,
      problem: 'The request carries no access token in its Authorization header.',
      challenge: `Bearer realm="${required.realm}"`,
    };
  }
  const { scheme, value } = presented;
  const token = await readAccessToken(tenant, value);
  let about: { clientId?: string; userId?: string } = {};
  const refuse = (status: 401 | 403, error: NonNullable<ResourceRefusal['error']>, problem: string) => ({
    status,
    error,
    problem,
    challenge: makeChallenge(scheme, required.realm, error, problem),
    ...about,
  });
  if ('problem' in token) return refuse(401, 'invalid_token', token.problem);
  const client = tenant.registry.client(token.clientId);
  c.set('client', client);
  about = { clientId: token.clientId, userId: token.userId };

  if (scheme === 'Bearer' && token.dpopJkt !== undefined) {
    const problem = 'The access token is bound to a DPoP key and cannot be used as a plain Bearer token.';
    return { ...refuse(401, 'invalid_token', problem), challenge: makeChallenge('DPoP', '', 'invalid_token', problem) };
  }
  if (scheme === 'DPoP') {
    await sendNonce(tenant, c);
    const proof = c.req.header('dpop');
    if (token.dpopJkt === undefined) {
      return refuse(401, 'invalid_token', 'The access token is not bound to a DPoP key; send it as Bearer.');
    }
    if (proof === undefined) return refuse(401, 'invalid_dpop_proof', 'DPoP proof is required');
    const verdict = await checkDpopProof(tenant, proof, {
      method: c.req.method,
      url: required.url,
      accessToken: value,
      needsNonce: client !== undefined && isPublic(client),
    });
    if (verdict.kind === 'nonce') {
      return {
        ...refuse(401, 'use_dpop_nonce', verdict.explanation),
        challenge: 'DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"',
      };
    }
    if (verdict.kind === 'bad') {
      const { description, explanation } = verdict;
      return {
        ...refuse(401, 'invalid_dpop_proof', explanation),
        challenge: makeChallenge(scheme, '', 'invalid_dpop_proof', description),
      };
    }
    if (verdict.jkt !== token.dpopJkt) {
      return refuse(
        401,
        'invalid_token',
        'The access token is bound to another DPoP key than the proof was made with.',
      );
    }
  }
  if (!token.audience.includes(required.audience)) {
    return refuse(
      401,
      'invalid_token',
      required.hint ?? `The access token is for ${token.audience.join(', ')}, not for ${required.audience}.`,
    );
  }
  const scopes = [required.scope].flat();
  if (!scopes.some((scope) => token.scope.includes(scope))) {
    return refuse(403, 'insufficient_scope', `The access token lacks the scope ${scopes.join(' or ')}.`);
  }
  const user = await tenant.store.users.get(token.userId);
  if (user === undefined || user.blocked) {
    const state = user === undefined ? 'was deleted' : 'is blocked';
    return refuse(401, 'invalid_token', `The user of the access token ${state}.`);
  }
  return { token, user, value };
}

interface PresentedValue {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly value: string;
}

/** Header, or the form body of a POST (RFC 6750 sections 2.1 and 2.2); never the query string. */
async function readPresentedToken(c: ProtocolContext): Promise<PresentedValue | undefined> {
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const [, scheme, value] = /^(Bearer|DPoP) +(\S+)$/i.exec(header) ?? [];
    if (scheme === undefined || value === undefined) return undefined;
    return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', value };
  }
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
  if (c.req.method !== 'POST' || !isForm) return undefined;
  return readBody(c).then(
    ({ access_token: value }) => (value === undefined ? undefined : { scheme: 'Bearer', value }),
    () => undefined,
  );
}

/** RFC 6750 section 3 allows these characters alone, and a header could not hold every name that an API may have. */
const toDescription = (text: string) => text.replaceAll(/["\\]/g, "'").replaceAll(/[^ -~]/g, '?');

/** With DPoP `error` comes first and there is no realm: clients read the challenge by its first parameter. */
function makeChallenge(scheme: 'Bearer' | 'DPoP', realm: string, error: string, description: string): string {
  const words = `error="${error}", error_description="${toDescription(description)}"`;
  return scheme === 'DPoP' ? `DPoP ${words}, algs="${dpopAlgorithms.join(' ')}"` : `Bearer realm="${realm}", ${words}`;
}
