import type { TokenExchangeProfile } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { OAuthError } from '../errors.ts';
import type { Parameters } from '../http/body.ts';
import { actorSchema } from '../tokens/actor.ts';
import type { Actor } from '../tokens/subject.ts';
import { idTokenType } from './token-types.ts';
import { verifyForeignToken } from './verify-foreign-token.ts';

/** A token that proves nobody: it counts against the address it came from. */
export class RefusedToken extends Error {
  override readonly name = 'RefusedToken';
}

/** RFC 8693 section 2.1: both parameters or neither. Rejects with 400 `invalid_request`. */
export function checkActorParameters({ actor_token: token, actor_token_type: type }: Parameters): void {
  if ((token === undefined) === (type === undefined)) return;
  throw new OAuthError('invalid_request', 'actor_token and actor_token_type must be sent together.');
}

/**
 * Who acts for the user, if anybody does. Rejects with 400 `invalid_request` where the profile has no place for an actor
 * or misses one, and with `RefusedToken`.
 */
export async function readActor(
  tenant: TenantContext,
  { actor, subjectTokenType }: TokenExchangeProfile,
  { actor_token: token, actor_token_type: type }: Parameters,
): Promise<Actor | undefined> {
  if (token === undefined || type === undefined) {
    if (actor?.required !== true) return undefined;
    throw new OAuthError('invalid_request', 'The token exchange profile requires an actor_token.', {
      explanation: `The profile ${subjectTokenType} has actor.required set, but the request carries no actor_token.`,
    });
  }
  if (actor === undefined) {
    throw new OAuthError('invalid_request', 'The token exchange profile does not take an actor_token.', {
      explanation: `The profile ${subjectTokenType} has no actor; add one to let somebody act for its users.`,
    });
  }
  if (type === idTokenType) return readOwnIdToken(tenant, token);
  if (type === actor.tokenType && actor.verification !== undefined) {
    const verified = await verifyForeignToken(tenant, token, actor.verification);
    if ('problem' in verified) throw new RefusedToken(`The actor token was refused: ${verified.problem}`);
    const { sub, iss, act } = verified.claims;
    return toActor({ sub, iss, act });
  }
  throw new OAuthError('invalid_request', `Unsupported actor_token_type: ${type}`);
}

/** An ID token of this tenant, for any of its clients. An access token has a scope, and is none. */
async function readOwnIdToken(tenant: TenantContext, token: string): Promise<Actor> {
  const claims = await tenant.keys.verify(token);
  if (claims === undefined) throw new RefusedToken('The actor token is no ID token signed by this tenant.');
  const { sub, aud, exp, act } = claims;
  if (exp === undefined || exp <= tenant.clock.seconds()) throw new RefusedToken('The actor token has expired.');
  if (typeof aud !== 'string' || tenant.registry.client(aud) === undefined || claims.scope !== undefined) {
    throw new RefusedToken('The actor token is no ID token; was an access token sent instead?');
  }
  const user = await tenant.store.users.get(sub ?? '');
  if (user === undefined || user.blocked) throw new RefusedToken('The user of the actor token was deleted or blocked.');
  return toActor({ sub, act });
}

/** The chain goes on: whoever acts for the actor stays visible (RFC 8693 section 4.1). */
function toActor(claims: { sub?: unknown; iss?: unknown; act?: unknown }): Actor {
  const parsed = actorSchema.safeParse(JSON.parse(JSON.stringify(claims)));
  if (parsed.success) return parsed.data;
  throw new RefusedToken('The actor token has no sub, or an act claim that names nobody.');
}
