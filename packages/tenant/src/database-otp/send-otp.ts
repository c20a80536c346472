import type { TenantContext } from '../context.ts';
import {
  passwordlessCall,
  passwordlessCodeMessage,
  passwordlessSms,
} from '../delivery/templates/passwordless-messages.ts';
import type { User } from '../store/store.ts';
import { findOtpUser, mayJoin } from './log-in-with-otp.ts';
import { createOtpSession, type OtpPlace } from './otp-session.ts';
import type { Challenge } from './read-challenge.ts';

const template = 'passwordless_code';

/**
 * Answers with an auth_session. The code goes to who has the address, or may sign up with it; to nobody else, while the
 * answer and what has to be done for it stay the same.
 *
 * @param language what the person reads: `de`, `fr-CA, en;q=0.5`
 * @param chosen the auth_session, where the caller has a secret that only it and the person's browser know
 */
export async function sendOtp(
  tenant: TenantContext,
  { clientId, transaction }: OtpPlace,
  { connection, identifier, channel, allowSignup }: Challenge,
  language: string | undefined,
  chosen?: string,
): Promise<string> {
  const session = { clientId, connection: connection.name, identifier, channel, allowSignup, transaction };
  const { authSession, code } = await createOtpSession(tenant, session, chosen);
  const user = await findOtpUser(tenant, connection, session);
  const isWelcome = user !== undefined || (allowSignup && mayJoin(connection));
  const { name } = tenant.registry.config;
  // Composed for nobody as well: it is what takes time.
  const content =
    channel === 'email'
      ? await passwordlessCodeMessage(name, code, language)
      : { text: (channel === 'voice' ? passwordlessCall : passwordlessSms)(name, code, language) };
  if (isWelcome) await tenant.outbox.send({ channel, to: identifier, template, ...content, code });
  record(tenant, clientId, { connection: connection.name, channel }, isWelcome, user);
  return authSession;
}

function record(
  tenant: TenantContext,
  clientId: string,
  details: { connection: string; channel: string },
  isSent: boolean,
  user: User | undefined,
): void {
  const life = tenant.registry.config.lifetimes.passwordlessCode;
  tenant.events.record({
    type: isSent ? 'otp.sent' : 'otp.not_sent',
    outcome: isSent ? 'success' : 'failure',
    sentence: isSent
      ? `Client ${clientId} asked for a code by ${details.channel}; it is in the outbox and works for ${life} s.`
      : `Client ${clientId} asked for a code for an address nobody in connection ${details.connection} has, and allow_signup or the connection's sign-up is off: no code was sent. The client was not told.`,
    clientId,
    userId: user?.id,
    details,
  });
}
