import { AuthError, isAuthError } from '../errors/auth-error.ts';
import { MfaError } from '../errors/mfa-error.ts';
import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import { checkParameters, invalidParameters, missingParameters } from '../protocol/api-call.ts';
import { database } from '../protocol/database.ts';
import { directGrants, mfaGrants } from '../protocol/direct-grants.ts';
import { grants } from '../protocol/grants.ts';
import { type Claims, toUser } from '../protocol/id-token.ts';
import { merge } from '../protocol/merge-credentials.ts';
import { mfa } from '../protocol/mfa.ts';
import { databasePasswordless, passwordless } from '../protocol/passwordless.ts';
import { sessionTransferAudience, toSessionTransfer } from '../protocol/session-transfer.ts';
import { checkExchange, customTokenExchange } from '../protocol/token-exchange.ts';
import type {
  AuthenticationApi,
  Credentials,
  CustomTokenExchangeParameters,
  IMfaClient,
  IPasswordlessClient,
  MfaVerifyParameters,
} from '../types/index.ts';
import { apiCaller } from './api-caller.ts';
import { authorizeDevice } from './device-authorization.ts';
import { directLogins } from './direct-logins.ts';

/** All of `auth` that asks the server. */
export type DirectAuthentication = Omit<AuthenticationApi, 'authorizeUrl' | 'logoutUrl' | 'ssoExchange'>;

/** Exchanges that the client offers elsewhere, or not on every platform. */
export interface ExchangeApi extends Pick<AuthenticationApi, 'ssoExchange'> {
  readonly customTokenExchange: (parameters: CustomTokenExchangeParameters) => Promise<Credentials>;
}

export interface DirectApi {
  readonly auth: DirectAuthentication;
  readonly exchanges: ExchangeApi;
  readonly mfa: IMfaClient;
  readonly passwordless: IPasswordlessClient;
}

/** What an app does with forms of its own. Loaded when first used: an app that signs in on the login page never does. */
export function createApi(tenant: Tenant, configuration: Configuration): DirectApi {
  const { logIn, prove } = directLogins(tenant, configuration);
  const call = apiCaller(tenant, configuration);
  const loginWithOTP = prove(mfaGrants.otp);
  const loginWithOOB = prove(mfaGrants.oob);
  const loginWithRecoveryCode = prove(mfaGrants.recoveryCode);

  const verify = (parameters: MfaVerifyParameters): Promise<Credentials> => {
    if (isGiven(parameters, 'otp')) return loginWithOTP(parameters);
    if (isGiven(parameters, 'oobCode')) return loginWithOOB(parameters);
    if (isGiven(parameters, 'recoveryCode')) return loginWithRecoveryCode(parameters);
    throw missingParameters('one of otp, oobCode, recoveryCode', ['otp', 'oobCode', 'recoveryCode']);
  };

  return {
    auth: {
      passwordRealm: logIn(directGrants.passwordRealm),
      exchangeNativeSocial: logIn(directGrants.exchangeNativeSocial),
      loginWithEmail: logIn(directGrants.loginWithEmail),
      loginWithSMS: logIn(directGrants.loginWithSMS),
      deviceAuthorization: authorizeDevice(tenant, configuration, logIn(directGrants.deviceCode)),
      loginWithOTP,
      loginWithOOB,
      loginWithRecoveryCode,
      multifactorChallenge: call(mfa.multifactorChallenge),
      passwordlessWithEmail: call(passwordless.passwordlessWithEmail),
      passwordlessWithSMS: call(passwordless.passwordlessWithSMS),
      createUser: call(database.createUser),
      resetPassword: call(database.resetPassword),

      exchange: async (parameters) => {
        checkParameters(parameters, ['code', 'verifier', 'redirectUri']);
        return (await tenant.requestToken(grants.authorizationCode, parameters, { headers: parameters.headers }))
          .credentials;
      },

      refreshToken: async (parameters) => {
        checkParameters(parameters, ['refreshToken']);
        const { headers, refreshToken, scope, audience } = parameters;
        const asked = { refreshToken, scope, audience };
        const { credentials } = await tenant.requestToken(grants.refreshToken, asked, { headers, scope });
        return merge({ idToken: '', accessToken: '', tokenType: '', expiresAt: 0, refreshToken }, credentials);
      },

      userInfo: async (parameters) => {
        checkParameters(parameters, ['token']);
        const { token, expectedSubject, headers } = parameters;
        const server = await tenant.server();
        const tokenType = parameters.tokenType ?? (await tenant.tokenTypeOf(token, server));
        const request = {
          method: 'GET',
          headers: { accept: 'application/json', ...headers, authorization: `${tokenType} ${token}` },
        };
        const boundToken = tokenType.toLowerCase() === 'dpop' ? token : undefined;
        const response = await tenant.send(server, server.userinfo_endpoint ?? '', request, boundToken);
        const claims = (await response.json().catch(() => null)) as Claims | null;
        // OpenID Connect Core section 5.3.2: an answer about another user is discarded.
        if (typeof claims?.sub !== 'string' || (expectedSubject !== undefined && claims.sub !== expectedSubject))
          throw new AuthError('InvalidResponse', 'The answer is not about the expected user.', {
            code: 'invalid_response',
          });
        return toUser(claims);
      },

      revoke: async (parameters) => {
        checkParameters(parameters, ['refreshToken']);
        const server = await tenant.server();
        if (!server.revocation_endpoint) return;
        const body = new URLSearchParams({
          client_id: configuration.clientId,
          token: parameters.refreshToken,
          token_type_hint: 'refresh_token',
        });
        await tenant.send(server, server.revocation_endpoint, {
          method: 'POST',
          headers: {
            accept: 'application/json',
            ...parameters.headers,
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: body.toString(),
        });
      },
    },

    exchanges: {
      customTokenExchange: async (parameters) => {
        if (parameters) checkExchange(parameters);
        return logIn(customTokenExchange)(parameters);
      },

      ssoExchange: async (parameters) => {
        checkParameters(parameters, ['refreshToken']);
        const { headers, refreshToken } = parameters;
        const asked = { refreshToken, audience: sessionTransferAudience(configuration.domain) };
        return toSessionTransfer(await tenant.requestToken(grants.refreshToken, asked, { headers }));
      },
    },

    mfa: {
      getAuthenticators: asMfaError(call(mfa.getAuthenticators)),
      enroll: asMfaError(call(mfa.enroll)),
      challenge: asMfaError(call(mfa.challenge)),
      verify: asMfaError(async (parameters: MfaVerifyParameters) => verify(parameters)),
    },

    passwordless: {
      challengeWithEmail: call(databasePasswordless.challengeWithEmail),
      challengeWithPhoneNumber: call(databasePasswordless.challengeWithPhoneNumber),
      loginWithOTP: async (parameters) => {
        const missing = (['challenge', 'otp'] as const).filter((name) => (parameters?.[name] ?? null) === null);
        if (missing.length > 0) throw missingParameters(missing.join(', '), missing);
        const { challenge, ...rest } = parameters;
        const { authSession } = challenge;
        if (typeof authSession !== 'string')
          throw invalidParameters('Parameters of the wrong type: challenge', ['challenge']);
        return logIn(directGrants.databaseOtp)({ ...rest, authSession });
      },
    },
  };
}

const isGiven = <P extends MfaVerifyParameters, K extends string>(
  parameters: P,
  name: K,
): parameters is Extract<P, { [key in K]: unknown }> => {
  const value = (parameters as unknown as Record<string, unknown> | null)?.[name];
  return value !== undefined && value !== null;
};

const asMfaError =
  <P, R>(work: (parameters: P) => Promise<R>) =>
  (parameters: P): Promise<R> =>
    work(parameters).catch((error: unknown) => {
      throw isAuthError(error) ? new MfaError(error) : error;
    });
