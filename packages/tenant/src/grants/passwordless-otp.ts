import { recordSuspiciousAddress, suspiciousAddressText } from '../attack-protection/suspicious-address.ts';
import type { TenantContext } from '../context.ts';
import { logInWithOtp } from '../database-otp/log-in-with-otp.ts';
import { OAuthError, refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import { denyAdmission } from '../organizations/membership.ts';
import { logInWithCode } from '../passwordless/verify.ts';
import { finishDirectLogin, readTarget } from './direct-login.ts';
import type { Grant, TokenRequest } from './grant.ts';

/** A code that `/otp/challenge` sent, which comes with its auth_session, or one that `/passwordless/start` sent. */
export const grantPasswordlessOtp: Grant = (request, tenant) =>
  request.parameters.auth_session === undefined ? redeemCode(request, tenant) : redeemOtpSession(request, tenant);

const redeemOtpSession: Grant = async (request, tenant) => {
  const { client, parameters } = request;
  const authSession = requireParameter(parameters, 'auth_session');
  const otp = requireParameter(parameters, 'otp').trim();
  const target = readTarget(tenant, request);
  const login = await logInWithOtp(tenant, client, { authSession, otp }, request.request, {
    organization: target.organization,
  });
  if (login.kind === 'suspicious_address') throw refuseSuspicious(tenant, request);
  if (login.kind !== 'ok') {
    const { explanation } = login.kind === 'refused' ? login : login.refusal;
    throw new OAuthError('invalid_request', 'Invalid or expired auth_session or otp', { explanation });
  }
  const { user, connection, amr } = login;
  if (user.blocked) {
    const explanation = `User ${user.id} gave the right code but is blocked.`;
    throw new OAuthError('access_denied', 'user is blocked', { status: 403, explanation });
  }
  return finishDirectLogin(tenant, request, target, { user, connection, protocol: 'passwordless', amr: [amr] });
};

const redeemCode: Grant = async (request, tenant) => {
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
  const login = await logInWithCode(tenant, recipient, otp, request.request.ip, () => ({
    organization: target.organization,
  }));
  if (login.kind === 'suspicious_address') throw refuseSuspicious(tenant, request);
  if (login.kind === 'not_admitted') throw denyAdmission(login.refusal);
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

function refuseSuspicious(tenant: TenantContext, { client, request }: TokenRequest): OAuthError {
  recordSuspiciousAddress(tenant, 'login', { clientId: client.clientId });
  return refuse.tooManyAttempts(
    suspiciousAddressText,
    `The address ${request.ip} gave too many wrong codes and passwords and is slowed down.`,
  );
}
