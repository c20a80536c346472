import {
  countAttempt,
  isSuspicious,
  recordSuspiciousAddress,
  suspiciousAddressText,
} from '../attack-protection/suspicious-address.ts';
import type { TokenExchangeProfile } from '../config/schema.ts';
import { resolveUser } from '../connections/resolve-user.ts';
import type { TenantContext } from '../context.ts';
import { listOf, OAuthError, refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import { denyAdmission } from '../organizations/membership.ts';
import { mapUser } from '../token-exchange/map-user.ts';
import { readNativeToken } from '../token-exchange/native-social.ts';
import { checkActorParameters, RefusedToken, readActor } from '../token-exchange/read-actor.ts';
import {
  accessTokenType,
  isNativeSocialType,
  isReservedTokenType,
  type NativeSocialType,
  nativeSocialTypes,
} from '../token-exchange/token-types.ts';
import { verifyForeignToken } from '../token-exchange/verify-foreign-token.ts';
import { isSessionTransferAudience } from '../tokens/session-transfer-token.ts';
import type { Subject } from '../tokens/subject.ts';
import { finishDirectLogin, readTarget } from './direct-login.ts';
import type { Grant, TokenRequest } from './grant.ts';

/** RFC 8693: a token of a social provider's SDK, or of an issuer that a profile of the configuration trusts. */
export const exchangeToken: Grant = async (request, tenant) => {
  const { parameters, client } = request;
  const token = requireParameter(parameters, 'subject_token');
  const type = requireParameter(parameters, 'subject_token_type');
  checkActorParameters(parameters);
  await refuseSuspicious(tenant, request);
  try {
    const subject = isNativeSocialType(type)
      ? await exchangeNativeSocial(tenant, request, token, type)
      : await exchangeByProfile(tenant, request, token, findProfile(tenant, type));
    return { ...subject, issuedTokenType: accessTokenType };
  } catch (error) {
    if (!(error instanceof RefusedToken)) throw error;
    await countAttempt(tenant, 'tokenExchange', request.request.ip);
    throw new OAuthError('invalid_grant', 'Invalid subject token.', {
      status: 403,
      explanation: `Client ${client.clientId} sent a token of type ${type} that was refused: ${error.message}`,
      cause: error,
    });
  }
};

async function exchangeNativeSocial(
  tenant: TenantContext,
  request: TokenRequest,
  token: string,
  type: NativeSocialType,
): Promise<Subject> {
  const { client, parameters } = request;
  const { strategy } = nativeSocialTypes[type];
  const usable = tenant.registry.connectionsOf(client);
  const connection = usable.find((one) => one.strategy === strategy);
  if (connection === undefined) {
    throw new OAuthError('invalid_request', `The connection ${strategy} is not enabled for the client.`, {
      explanation: `Client ${client.clientId} sent a token of ${strategy}, but has no connection of that strategy; those it has: ${listOf(usable.map(({ name }) => name))}.`,
    });
  }
  if (parameters.actor_token !== undefined) {
    throw new OAuthError('invalid_request', 'Tokens of social providers cannot be exchanged with an actor_token.');
  }
  const target = readTarget(tenant, request);
  const { clientId } = client;
  const userProfile = parameters.user_profile;
  if (strategy === 'facebook') requireParameter(parameters, 'user_profile');
  const identity = await readNativeToken(tenant, connection, type, { token, userProfile, clientId });
  const joining = { organization: target.organization };
  const resolved = await resolveUser(tenant, { ...identity, joining });
  switch (resolved.kind) {
    case 'signup_disabled':
      throw refuseLogin('Public signup is disabled', `The connection ${connection.name} lets nobody sign up.`);
    case 'not_admitted':
      throw denyAdmission(resolved.refusal);
    case 'denied':
      throw refuseLogin(resolved.message, `A rule refused to create the user: ${resolved.message}`);
    default:
      return finishDirectLogin(tenant, request, target, {
        user: resolved.user,
        connection,
        protocol: 'social',
        amr: ['fed'],
      });
  }
}

async function exchangeByProfile(
  tenant: TenantContext,
  request: TokenRequest,
  token: string,
  profile: TokenExchangeProfile,
): Promise<Subject> {
  const { client, parameters } = request;
  const isDelegated = parameters.actor_token !== undefined;
  checkClientAndAudience(tenant, request);
  const organization = parameters.organization ?? profile.organization;
  const target = readTarget(tenant, { ...request, parameters: { ...parameters, organization } });
  // Whoever acts for somebody does so now, and not for as long as a refresh token lives.
  const scope = isDelegated ? target.scope.filter((name) => name !== 'offline_access') : target.scope;

  const verified = await verifyForeignToken(tenant, token, profile.verification);
  if ('problem' in verified) throw new RefusedToken(verified.problem);
  const act = await readActor(tenant, profile, parameters);
  const mapped = await mapUser(tenant, client, profile, verified.claims, { organization: target.organization });
  if ('problem' in mapped) throw new RefusedToken(mapped.problem);
  const { user } = mapped;
  const login = finishDirectLogin(
    tenant,
    request,
    { ...target, scope },
    { user, connection: tenant.registry.connection(user.connection), protocol: 'token-exchange', amr: ['fed'] },
  );
  const subject = await login.catch((reason: unknown) => {
    throw reason instanceof OAuthError && reason.error === 'mfa_required'
      ? orRefuseMfa(reason, act !== undefined, target.organization !== undefined)
      : reason;
  });
  // A rule may have added the scope again.
  return {
    ...subject,
    scope: isDelegated ? subject.scope.filter((name) => name !== 'offline_access') : subject.scope,
    act,
  };
}

function findProfile(tenant: TenantContext, type: string): TokenExchangeProfile {
  const { tokenExchangeProfiles: profiles } = tenant.registry.config;
  const profile = profiles.find(({ subjectTokenType }) => subjectTokenType === type);
  if (profile !== undefined) return profile;
  const known = [...profiles.map(({ subjectTokenType }) => subjectTokenType), ...Object.keys(nativeSocialTypes)];
  throw new OAuthError(
    'invalid_request',
    isReservedTokenType(type)
      ? `The subject_token_type is in a reserved namespace: ${type}`
      : `Unsupported subject_token_type: ${type}`,
    { explanation: `There is no token exchange profile for ${type}; those there are: ${listOf(known)}.` },
  );
}

function checkClientAndAudience(tenant: TenantContext, { client, parameters }: TokenRequest): void {
  if (!client.skipConsent) {
    throw new OAuthError('unauthorized_client', 'Token exchange is for first-party clients.', {
      status: 403,
      explanation: `Client ${client.clientId} has skipConsent off, so it is a third party's and may not exchange tokens.`,
    });
  }
  const { audience } = parameters;
  if (isSessionTransferAudience(tenant, audience)) {
    throw new OAuthError(
      'invalid_request',
      parameters.actor_token === undefined
        ? 'A session transfer token by token exchange requires an actor.'
        : 'Session transfer by token exchange is not supported.',
      { explanation: 'Session transfer tokens are made from refresh tokens; use the refresh_token grant.' },
    );
  }
  if (audience === undefined || audience === `${tenant.issuer}userinfo`) return;
  const api = tenant.registry.api(audience);
  if (api?.skipConsent === true) return;
  throw new OAuthError('invalid_target', `Service not found: ${audience}`, {
    explanation:
      api === undefined
        ? refuse.audience(
            audience,
            tenant.registry.config.apis.map(({ identifier }) => identifier),
          ).explanation
        : `The API ${audience} asks for consent, which nobody can give in a token exchange.`,
  });
}

/** As on a hosted tenant, a second factor completes neither. */
function orRefuseMfa(required: OAuthError, hasActor: boolean, hasOrganization: boolean): OAuthError {
  if (!hasActor && !hasOrganization) return required;
  const name = hasActor ? 'actor_token' : 'organization';
  return new OAuthError(
    'invalid_request',
    `MFA is not supported using ${name} with the requested token exchange profile.`,
    {
      explanation: `The login owes a second factor, which cannot be proved in an exchange with ${name}.`,
      cause: required,
    },
  );
}

async function refuseSuspicious(tenant: TenantContext, { client, request }: TokenRequest): Promise<void> {
  if (!(await isSuspicious(tenant, 'tokenExchange', request.ip))) return;
  recordSuspiciousAddress(tenant, 'tokenExchange', { clientId: client.clientId });
  throw refuse.tooManyAttempts(
    suspiciousAddressText,
    `The address ${request.ip} sent too many subject tokens that were refused, and is slowed down.`,
  );
}

function refuseLogin(description: string, explanation: string): OAuthError {
  return new OAuthError('access_denied', description, { status: 403, explanation });
}
