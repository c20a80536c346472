import type { ClientConfig, ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { listOf, OAuthError } from '../errors.ts';
import { isEmailAddress } from '../users/signup.ts';
import type { OtpSession } from './otp-session.ts';

export interface Challenge {
  readonly connection: ConnectionConfig;
  readonly identifier: string;
  readonly channel: OtpSession['channel'];
  readonly allowSignup: boolean;
}

interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Checks the body of `/otp/challenge`. Rejects with `invalid_connection`, or `invalid_request` and `validation_errors`. */
export function readChallenge(
  tenant: TenantContext,
  client: ClientConfig,
  body: Readonly<Record<string, unknown>>,
): Challenge {
  const connection = findConnection(tenant, client, body.connection);
  const { email, phone_number: phoneNumber, allow_signup: signup = false, delivery_method: method = 'text' } = body;
  const problems: FieldProblem[] = [];
  const report = (field: string, message: string) => problems.push({ field, message });
  const hasEmail = isGiven(email);
  const hasPhone = isGiven(phoneNumber);

  if (!hasEmail && !hasPhone) report('email', 'Either email or phone_number must be provided');
  if (hasEmail && hasPhone) report('email', 'Only one of email and phone_number can be provided');
  if (hasEmail && (typeof email !== 'string' || !isEmailAddress(email.trim()))) report('email', 'Invalid email');
  if (hasPhone && (typeof phoneNumber !== 'string' || !/^\+[1-9]\d{1,14}$/.test(phoneNumber))) {
    report('phone_number', 'Must be a phone number in E.164 format');
  }
  if (typeof signup !== 'boolean') report('allow_signup', 'Must be a boolean');
  if (method !== 'text' && method !== 'voice') report('delivery_method', 'Must be one of: text, voice');
  if (problems.length > 0) throw invalid(problems);

  if (hasEmail && !connection.emailOtp) throw unsupported(connection, 'email', 'emailOtp');
  if (hasPhone && !connection.phoneOtp) throw unsupported(connection, 'phone_number', 'phoneOtp');
  return {
    connection,
    identifier: String(hasEmail ? email : phoneNumber).trim(),
    channel: hasEmail ? 'email' : method === 'voice' ? 'voice' : 'sms',
    allowSignup: signup === true,
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function findConnection(tenant: TenantContext, client: ClientConfig, name: unknown): ConnectionConfig {
  const usable = tenant.registry.connectionsOf(client);
  const connection = usable.find((one) => one.name === name);
  if (connection?.emailOtp === true || connection?.phoneOtp === true) return connection;
  const known = usable.filter(({ emailOtp, phoneOtp }) => emailOtp || phoneOtp).map((one) => one.name);
  throw new OAuthError('invalid_connection', 'The connection does not support passwordless authentication', {
    explanation: `The connection is missing, unknown to client ${client.clientId}, or no database with emailOtp or phoneOtp; those it can use: ${listOf(known)}.`,
  });
}

function unsupported({ name }: ConnectionConfig, field: string, setting: string): OAuthError {
  return new OAuthError('invalid_connection', `The connection does not support codes sent by ${field}`, {
    explanation: `Connection ${name} sends no codes to the ${field} of a user; set ${setting}.`,
  });
}

function invalid(problems: readonly FieldProblem[]): OAuthError {
  return new OAuthError('invalid_request', problems.map(({ message }) => message).join('; '), {
    extra: { validation_errors: problems },
  });
}
