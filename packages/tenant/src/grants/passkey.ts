import { countAttempt, isSuspicious, recordSuspiciousAddress } from '../attack-protection/suspicious-address.ts';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { OAuthError, refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import { denyAdmission } from '../organizations/membership.ts';
import { spendPasskeySession } from '../passkeys/passkey-session.ts';
import { readAuthenticatorResponse } from '../passkeys/read-response.ts';
import { signUpWithPasskey } from '../passkeys/sign-up.ts';
import { passkeyAmr, verifyAssertion } from '../passkeys/verify-assertion.ts';
import type { User } from '../store/store.ts';
import { suspiciousAddressText } from '../users/authenticate.ts';
import { finishDirectLogin, readTarget } from './direct-login.ts';
import type { Grant, TokenRequest } from './grant.ts';

/** A passkey was used, or made by somebody who signs up: the answer to `/passkey/challenge` or `/passkey/register`. */
export const grantPasskey: Grant = async (request, tenant) => {
  const { client, parameters } = request;
  const authSession = requireParameter(parameters, 'auth_session');
  const response = readAuthenticatorResponse(requireParameter(parameters, 'authn_response'));
  if (response === undefined) {
    throw new OAuthError('invalid_request', 'authn_response is not the response of an authenticator');
  }
  readTarget(tenant, request);
  if (await isSuspicious(tenant, 'login', request.request.ip)) {
    recordSuspiciousAddress(tenant, 'login', { clientId: client.clientId });
    throw refuse.tooManyAttempts(suspiciousAddressText, `The address ${request.request.ip} is slowed down.`);
  }
  const session = await spendPasskeySession(tenant, authSession, {
    clientId: client.clientId,
    purposes: response.kind === 'attestation' ? ['signup'] : ['login'],
  });
  if ('problem' in session) throw await refusePasskey(tenant, request, session.problem);
  const connection = findConnection(tenant, request, session.connection);
  const organization = parameters.organization ?? session.organization;
  const target = readTarget(tenant, { ...request, parameters: { ...parameters, organization } });

  const finish = (user: User) =>
    finishDirectLogin(tenant, request, target, { user, connection, protocol: 'passkey', amr: passkeyAmr });
  if (response.kind === 'assertion') {
    const verified = await verifyAssertion(tenant, client, session, response.value);
    if ('problem' in verified) throw await refusePasskey(tenant, request, verified.problem);
    return finish(verified.user);
  }
  if (session.purpose !== 'signup') throw await refusePasskey(tenant, request, 'The auth_session is for a login.');
  const signup = await signUpWithPasskey(tenant, client, connection, session, response.value, request.request, {
    organization: target.organization,
  });
  switch (signup.kind) {
    case 'created':
      return finish(signup.user);
    case 'refused':
      throw await refusePasskey(tenant, request, signup.explanation);
    case 'suspicious_address':
      throw refuse.tooManyRequests(`The address ${request.request.ip} made too many users and is slowed down.`);
    case 'denied':
      throw new OAuthError('access_denied', signup.message, { status: 403 });
    case 'not_admitted':
      throw denyAdmission(signup.refusal);
    case 'taken':
      throw new OAuthError('invalid_request', 'The user already exists.', {
        explanation: 'Somebody signed up with the same identifier after the challenge was made.',
      });
  }
};

function findConnection(
  tenant: TenantContext,
  { client, parameters: { realm } }: TokenRequest,
  name: string,
): ConnectionConfig {
  const usable = tenant.registry.connectionsOf(client).filter(({ passkeys }) => passkeys);
  const connection = usable.find((one) => one.name === name);
  if (connection !== undefined && (realm === undefined || realm === name)) return connection;
  throw refuse.realm(
    realm ?? name,
    usable.map((one) => one.name),
  );
}

/** One answer for whatever is wrong with a passkey; the event log says what it is. */
async function refusePasskey(
  tenant: TenantContext,
  { request }: TokenRequest,
  explanation: string,
): Promise<OAuthError> {
  await countAttempt(tenant, 'login', request.ip);
  return new OAuthError('invalid_grant', 'The passkey could not be verified.', { status: 403, explanation });
}
