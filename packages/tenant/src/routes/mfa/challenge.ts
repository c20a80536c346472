import type { TenantContext } from '../../context.ts';
import { noStore, OAuthError, refuse } from '../../errors.ts';
import { type Parameters, readBody, requireParameter } from '../../http/body.ts';
import { authenticateClient } from '../../http/client-authentication.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { findChallengeable } from '../../mfa/enrolled.ts';
import { startChallenge } from '../../mfa/factors/index.ts';
import { findMfaToken } from '../../mfa/mfa-token.ts';
import type { Authenticator } from '../../store/store.ts';
import { challengeView, oobChannel } from './views.ts';

/** `POST /mfa/challenge`: asks the person for a proof. */
export async function handleChallenge(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  const parameters = await readBody(c);
  const client = await authenticateClient(tenant, c, parameters);
  const token = await findMfaToken(tenant, requireParameter(parameters, 'mfa_token'), client);
  const user = await tenant.store.users.get(token.data.userId);
  if (user === undefined) throw refuse.mfaToken(`User ${token.data.userId} was deleted during the login.`);
  if (user.blocked) throw refuse.blockedUser(`User ${user.id} was blocked during the login.`);

  const stored = await tenant.store.authenticators.list(user.id);
  const authenticator = choose(findChallengeable(tenant, user, stored), parameters);
  const party = { user, transaction: token.hash, clientId: client.clientId };
  return c.json(challengeView(await startChallenge(tenant, party, authenticator)), 200, noStore);
}

/** The named one, or the first that fits; kinds are tried in the order they are asked for. */
function choose(authenticators: readonly Authenticator[], parameters: Parameters): Authenticator {
  const usable = authenticators.filter(({ factor }) => factor !== 'recovery-code');
  if (usable.length === 0) {
    throw new OAuthError('association_required', 'User is not enrolled. You must associate an authenticator first.', {
      status: 403,
      explanation: 'The user has no factor to be asked for; /mfa/associate sets one up.',
    });
  }
  const types = (parameters.challenge_type ?? 'otp oob').split(' ').filter((type) => type !== '');
  const { authenticator_id: id, oob_channel: channel } = parameters;
  const fitting = types.flatMap((type) =>
    usable.filter((one) => {
      const its = oobChannel(one);
      return (
        (its === undefined ? 'otp' : 'oob') === type && (channel === undefined || its === undefined || its === channel)
      );
    }),
  );
  const chosen = id === undefined ? fitting[0] : fitting.find((one) => one.id === id);
  if (chosen !== undefined) return chosen;
  if (id !== undefined && !usable.some((one) => one.id === id)) {
    throw new OAuthError('invalid_request', 'Invalid authenticator_id', {
      explanation: 'The authenticator_id is none the user has set up; GET /mfa/authenticators lists them.',
    });
  }
  throw new OAuthError(
    'unsupported_challenge_type',
    'None of the requested challenge types is supported by the user.',
    {
      status: 403,
      explanation: `The client asked for ${types.join(', ')}${channel === undefined ? '' : ` by ${channel}`}; the user can be asked for ${usable.map(({ factor }) => factor).join(', ')}.`,
    },
  );
}
