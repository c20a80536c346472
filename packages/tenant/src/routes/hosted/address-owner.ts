import type { Context } from 'hono';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { findOtpUser, logInWithOtp } from '../../database-otp/log-in-with-otp.ts';
import { sendOtp } from '../../database-otp/send-otp.ts';
import { clientAddress } from '../../http/client-address.ts';
import { requestFacts } from '../../http/request-facts.ts';
import { checkPhoneNumber } from '../../passwordless/sms-provider.ts';
import { logInWithCode, type PasswordlessLogin } from '../../passwordless/verify.ts';
import type { Interaction, SentTo } from '../../sessions/interactions.ts';
import type { User } from '../../store/store.ts';
import { createSecret, hashSecret } from '../../tokens/secret.ts';
import { databaseOf, type Form, joiningOf } from './forms.tsx';

/**
 * The login page has one way of each name, "an email code" say, and the address decides whose code it is: who is in the
 * login's database, and may log in there with a code, gets that one, and so their own account. Nothing on the pages tells
 * which it was. An app that names a connection gets that one.
 */
export async function findOwnDatabase(
  tenant: TenantContext,
  interaction: Interaction,
  kind: 'email' | 'phone',
  identifier: string,
): Promise<ConnectionConfig | undefined> {
  const database = interaction.connection === undefined ? databaseOf(tenant, interaction) : undefined;
  if (database === undefined || !(kind === 'email' ? database.emailOtp : database.phoneOtp)) return undefined;
  const user = await findOtpUser(tenant, database, { channel: channelOf(kind), identifier });
  return user && database;
}

/** Sends the database's code. Rejects with `SmsProviderError` for a number no message can be sent to. */
export async function sendDatabaseCode(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  connection: ConnectionConfig,
  { kind, identifier }: { readonly kind: 'email' | 'phone'; readonly identifier: string },
): Promise<NonNullable<SentTo['database']>> {
  if (kind === 'phone') checkPhoneNumber(identifier);
  const salt = createSecret();
  await sendOtp(
    tenant,
    { clientId: interaction.client.clientId, transaction: hashSecret(interaction.id) },
    { connection, identifier, channel: channelOf(kind), allowSignup: false },
    c.req.header('accept-language'),
    authSessionOf(interaction, salt),
  );
  return { name: connection.name, salt };
}

export type SentCodeLogin =
  | { readonly kind: 'ok'; readonly user: User; readonly amr: string }
  | Extract<PasswordlessLogin, { kind: 'denied' | 'not_admitted' | 'suspicious_address' }>
  /** Wrong, too often wrong, or no longer good: one answer, so that nothing tells whose code it would have been. */
  | { readonly kind: 'refused' };

/** Checks a code that was sent to the address of this login, the database's or the connection's, and spends it. */
export async function logInWithSentCode(
  tenant: TenantContext,
  c: Context,
  { interaction, connection }: { readonly interaction: Interaction; readonly connection: ConnectionConfig },
  sent: Form & { readonly code: string },
): Promise<SentCodeLogin> {
  const { identifier = '', database } = interaction.result.sentTo ?? {};
  const { client, id } = interaction;
  const { clientId } = client;
  const joining = joiningOf(tenant, interaction);
  if (database === undefined) {
    const recipient = { clientId, connection, identifier };
    const login = await logInWithCode(tenant, recipient, sent.code, clientAddress(c), () => joining);
    if (login.kind === 'ok') return { ...login, amr: connection.strategy === 'sms' ? 'sms' : 'otp' };
    return login.kind === 'wrong_code' || login.kind === 'too_many_tries' ? { kind: 'refused' } : login;
  }
  const proof = {
    authSession: authSessionOf(interaction, database.salt),
    otp: sent.code,
    transaction: hashSecret(id),
  };
  const login = await logInWithOtp(tenant, client, proof, requestFacts(c, client, sent), joining);
  if (login.kind !== 'refused') return login;
  tenant.events.record({
    type: 'login.failure',
    outcome: 'failure',
    sentence: login.explanation,
    clientId,
    details: { connection: database.name, error: 'invalid_request' },
  });
  return { kind: 'refused' };
}

/** Neither half of it tells the other: the browser has the login's id, the database the salt. */
function authSessionOf({ id }: Interaction, salt: string): string {
  return hashSecret(`${id}\n${salt}`);
}

function channelOf(kind: 'email' | 'phone') {
  return kind === 'email' ? 'email' : 'sms';
}
