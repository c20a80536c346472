import { countAttempt, isSuspicious } from '../attack-protection/suspicious-address.ts';
import type { ClientConfig, ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { RequestFacts } from '../login/gate.ts';
import type { Joining } from '../organizations/admit-newcomer.ts';
import type { NotAdmitted } from '../organizations/membership.ts';
import type { User } from '../store/store.ts';
import { createUserWithoutPassword } from '../users/signup-without-password.ts';
import { type OtpSession, spendOtpSession } from './otp-session.ts';

export type OtpLogin =
  | { readonly kind: 'ok'; readonly user: User; readonly connection: ConnectionConfig; readonly amr: string }
  /** Whatever was wrong: the answer does not tell a wrong code from an unknown person or a refused sign-up. */
  | { readonly kind: 'refused'; readonly explanation: string }
  /** The code was right, but they would be no member of the organization they sign in to. */
  | { readonly kind: 'not_admitted'; readonly refusal: NotAdmitted }
  /** The address tried too many codes and passwords, whoever's. */
  | { readonly kind: 'suspicious_address' };

/** RFC 8176 where it has a name. */
const methods = { email: 'otp', sms: 'sms', voice: 'tel' } as const;

/** Checks an auth_session with its code, and spends it. A blocked user is returned: what to say is the caller's business. */
export async function logInWithOtp(
  tenant: TenantContext,
  client: ClientConfig,
  { authSession, otp, transaction }: { authSession: string; otp: string } & Pick<OtpSession, 'transaction'>,
  request: RequestFacts,
  joining: Joining,
): Promise<OtpLogin> {
  if (await isSuspicious(tenant, 'login', request.ip)) return { kind: 'suspicious_address' };
  const spent = await spendOtpSession(tenant, { clientId: client.clientId, transaction }, authSession, otp);
  if ('problem' in spent) {
    await countAttempt(tenant, 'login', request.ip);
    return { kind: 'refused', explanation: spent.problem };
  }
  const { session } = spent;
  const connection = tenant.registry.connectionsOf(client).find(({ name }) => name === session.connection);
  if (connection === undefined) {
    return { kind: 'refused', explanation: `Connection ${session.connection} is not there for the client any more.` };
  }
  const known = await findOtpUser(tenant, connection, session);
  const amr = methods[session.channel];
  if (known !== undefined) return { kind: 'ok', user: await markVerified(tenant, known, session), connection, amr };
  return signUp(tenant, client, connection, session, request, joining);
}

/** Who has the address, verified or not: the code goes to whoever reads it there. */
export function findOtpUser(
  { store: { users } }: TenantContext,
  { name }: ConnectionConfig,
  { channel, identifier }: Pick<OtpSession, 'channel' | 'identifier'>,
): Promise<User | undefined> {
  return channel === 'email' ? users.findByIdentifier(name, identifier) : users.findByPhone(name, identifier);
}

/** Whether one address is all that an account there needs. */
export function mayJoin({ signup, requiresUsername }: ConnectionConfig): boolean {
  return signup && !requiresUsername;
}

async function signUp(
  tenant: TenantContext,
  client: ClientConfig,
  connection: ConnectionConfig,
  { allowSignup, channel, identifier }: OtpSession,
  request: RequestFacts,
  joining: Joining,
): Promise<OtpLogin> {
  if (!allowSignup || !mayJoin(connection)) {
    const explanation = `Nobody in connection ${connection.name} has the address, and signing up with it is not allowed.`;
    return { kind: 'refused', explanation };
  }
  if (!(await countAttempt(tenant, 'signup', request.ip))) {
    return { kind: 'refused', explanation: `The address ${request.ip} made too many users and is slowed down.` };
  }
  const address =
    channel === 'email' ? { email: identifier, emailVerified: true } : { phoneNumber: identifier, phoneVerified: true };
  const signup = { connection, ...address, clientId: client.clientId, request, joining };
  const created = await createUserWithoutPassword(tenant, signup);
  if (created.kind === 'created') return { kind: 'ok', user: created.user, connection, amr: methods[channel] };
  if (created.kind === 'not_admitted') return created;
  if (created.kind === 'denied') return { kind: 'refused', explanation: 'A rule of the tenant refused the sign-up.' };
  return { kind: 'refused', explanation: 'Somebody signed up with that address at the same time.' };
}

/** The code came to the address, so it is theirs. */
async function markVerified(tenant: TenantContext, user: User, { channel }: OtpSession): Promise<User> {
  const isKnown = channel === 'email' ? user.emailVerified : user.phoneVerified;
  if (isKnown || user.blocked) return user;
  const change = channel === 'email' ? { emailVerified: true } : { phoneVerified: true };
  return (await tenant.store.users.update(user.id, change, tenant.clock.now())) ?? user;
}
