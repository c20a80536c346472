import { recordSuspiciousAddress, suspiciousAddressText } from '../attack-protection/suspicious-address.ts';
import { OAuthError, refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import { logInWithCode } from '../passwordless/verify.ts';
import { finishDirectLogin, readTarget } from './direct-login.ts';
import type { Grant } from './grant.ts';

/** A code that `/passwordless/start` sent by mail or text message. */
export const grantPasswordlessOtp: Grant = async (request, tenant) => {
  const { client, parameters } = request;
  const identifier = requireParameter(parameters, 'username').trim();
  const otp = requireParameter(parameters, 'otp').trim();
  const realm = requireParameter(parameters, 'realm');
  const usable = tenant.registry
    .connectionsOf(client)
    .filter(({ strategy }) => strategy === 'email' || strategy === 'sms');
  const connection = usable.find(({ name }) => name === realm);
  if (connection === undefined) {
    throw refuse.realm(
      realm,
      usable.map(({ name }) => name),
    );
  }
  const target = readTarget(tenant, request);
  const recipient = { clientId: client.clientId, connection, identifier };
  const login = await logInWithCode(tenant, recipient, otp, request.request.ip);
  if (login.kind === 'suspicious_address') {
    recordSuspiciousAddress(tenant, 'login', { clientId: client.clientId });
    throw refuse.tooManyAttempts(
      suspiciousAddressText,
      `The address ${request.request.ip} gave too many wrong codes and passwords and is slowed down.`,
    );
  }
  if (login.kind === 'denied') {
    throw new OAuthError('access_denied', login.text, { status: 403, explanation: login.explanation });
  }
  if (login.kind !== 'ok') {
    throw new OAuthError('invalid_grant', login.text, { status: 403, explanation: login.explanation });
  }
  return finishDirectLogin(tenant, request, target, {
    user: login.user,
    connection,
    protocol: 'passwordless',
    amr: [connection.strategy === 'sms' ? 'sms' : 'otp'],
  });
};
