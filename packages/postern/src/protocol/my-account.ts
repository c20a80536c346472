import type {
  AuthenticationMethod,
  ConfirmOTPEnrollmentParameters,
  ConfirmPushNotificationEnrollmentParameters,
  DeleteAuthenticationMethodByIdParameters,
  EnrollEmailParameters,
  EnrollmentChallenge,
  EnrollPasskeyParameters,
  EnrollPhoneParameters,
  EnrollTOTPParameters,
  Factor,
  GetAuthenticationMethodByIdParameters,
  GetAuthenticationMethodsParameters,
  GetFactorsParameters,
  PasskeyAuthenticationMethod,
  PasskeyEnrollmentChallengeParameters,
  PasskeyEnrollmentChallengeResponse,
  RecoveryCodeEnrollmentChallenge,
  TOTPEnrollmentChallenge,
  UpdateAuthenticationMethodByIdParameters,
} from '../types/index.ts';
import { type ApiCall, apiCall, asRecord, camelCase, invalidAnswer } from './api-call.ts';
import { toCredentialJson } from './webauthn.ts';

interface Parameters {
  accessToken: string;
}

/** A call of the My Account API (wire reference sections 16 and 40): each comes with its access token. */
const accountCall = <P extends Parameters, R>({
  requires,
  ...definition
}: Omit<ApiCall<P, R>, 'requires' | 'accessToken'> & { requires?: readonly (keyof P & string)[] }) =>
  apiCall<P, R>({
    ...definition,
    requires: ['accessToken', ...(requires ?? [])],
    accessToken: ({ accessToken }) => ({ token: accessToken }),
  });

const methods = '/me/v1/authentication-methods';
const methodPath = (id: string) => `${methods}/${encodeURIComponent(id)}`;

const enroll = <P extends Parameters, R>(
  type: string,
  read: (json: unknown, parameters: P, headers: Headers) => R,
  requires: readonly (keyof P & string)[] = [],
  body: (parameters: P) => Readonly<Record<string, unknown>> = () => ({}),
) => accountCall<P, R>({ path: methods, requires, body: (parameters) => ({ type, ...body(parameters) }), read });

const confirm = accountCall<ConfirmPushNotificationEnrollmentParameters, AuthenticationMethod>({
  path: ({ id }) => `${methodPath(id)}/verify`,
  requires: ['id', 'authSession'],
  body: ({ authSession }) => ({ auth_session: authSession }),
  read: toMethod,
});

const confirmWithCode = accountCall<ConfirmOTPEnrollmentParameters, AuthenticationMethod>({
  path: ({ id }) => `${methodPath(id)}/verify`,
  requires: ['id', 'authSession', 'otpCode'],
  // Of digits, and may have come as a number.
  body: ({ authSession, otpCode }) => ({ auth_session: authSession, otp_code: String(otpCode) }),
  read: toMethod,
});

export const myAccount = {
  enrollPhone: enroll<EnrollPhoneParameters, EnrollmentChallenge>(
    'phone',
    toEnrollment,
    ['phoneNumber'],
    ({ phoneNumber, preferredAuthenticationMethod }) => ({
      phone_number: phoneNumber,
      preferred_authentication_method: preferredAuthenticationMethod || undefined,
    }),
  ),
  enrollEmail: enroll<EnrollEmailParameters, EnrollmentChallenge>(
    'email',
    toEnrollment,
    ['emailAddress'],
    ({ emailAddress }) => ({ email: emailAddress }),
  ),
  enrollTOTP: enroll<EnrollTOTPParameters, TOTPEnrollmentChallenge>('totp', (json, parameters, headers) => {
    const { barcode_uri: barcodeUri, manual_input_code: code } = asRecord(json);
    if (typeof barcodeUri !== 'string') throw invalidAnswer();
    return {
      ...toEnrollment(json, parameters, headers),
      barcodeUri,
      ...(code ? { manualInputCode: String(code) } : {}),
    };
  }),
  enrollRecoveryCode: enroll<Parameters, RecoveryCodeEnrollmentChallenge>(
    'recovery-code',
    (json, parameters, headers) => {
      const { recovery_code: recoveryCode } = asRecord(json);
      if (typeof recoveryCode !== 'string') throw invalidAnswer();
      return { ...toEnrollment(json, parameters, headers), recoveryCode };
    },
  ),

  confirm,
  confirmWithCode,

  getAuthenticationMethods: accountCall<GetAuthenticationMethodsParameters, AuthenticationMethod[]>({
    path: ({ type }) => (type ? `${methods}?type=${encodeURIComponent(type)}` : methods),
    read: (json) => listOf(json, 'authentication_methods').map(toMethod),
  }),
  getAuthenticationMethodById: accountCall<GetAuthenticationMethodByIdParameters, AuthenticationMethod>({
    path: ({ id }) => methodPath(id),
    requires: ['id'],
    read: toMethod,
  }),
  updateAuthenticationMethodById: accountCall<UpdateAuthenticationMethodByIdParameters, AuthenticationMethod>({
    method: 'PATCH',
    path: ({ id }) => methodPath(id),
    requires: ['id'],
    body: ({ name, preferredAuthenticationMethod }) => ({
      name,
      preferred_authentication_method: preferredAuthenticationMethod,
    }),
    read: toMethod,
  }),
  deleteAuthenticationMethodById: accountCall<DeleteAuthenticationMethodByIdParameters, void>({
    method: 'DELETE',
    path: ({ id }) => methodPath(id),
    requires: ['id'],
  }),
  getFactors: accountCall<GetFactorsParameters, Factor[]>({
    path: '/me/v1/factors',
    read: (json) => listOf(json, 'factors').map((factor) => camelCase(factor) as unknown as Factor),
  }),
};

/** A push is enrolled as an authenticator app is: by what its code shows. */
export const enrollPushNotification: typeof myAccount.enrollTOTP = {
  ...myAccount.enrollTOTP,
  body: () => ({ type: 'push-notification' }),
};

/** What adds a passkey to an account; failures are `PasskeyError`s. */
export const accountPasskeys = {
  passkeyEnrollmentChallenge: enroll<PasskeyEnrollmentChallengeParameters, PasskeyEnrollmentChallengeResponse>(
    'passkey',
    (json, parameters, headers) => {
      const { authn_params_public_key: options, ...rest } = asRecord(json);
      // It always has this id, which a page that may not read the header does not get to know.
      const { id, authSession } = toEnrollment(
        { id: idOf(headers.get('location')) ?? 'passkey|new', ...rest },
        parameters,
        headers,
      );
      return { authenticationMethodId: id, authSession, authParamsPublicKey: { ...asRecord(options) } };
    },
    [],
    ({ userIdentity, connection }) => ({
      identity_user_id: userIdentity || undefined,
      connection: connection || undefined,
    }),
  ),
  enrollPasskey: accountCall<EnrollPasskeyParameters, PasskeyAuthenticationMethod>({
    path: ({ authenticationMethodId }) => `${methodPath(authenticationMethodId)}/verify`,
    requires: ['authenticationMethodId', 'authSession'],
    body: ({ authSession, authResponse }) => ({
      auth_session: authSession,
      authn_response: toCredentialJson(authResponse),
    }),
    read: (json) => {
      const { identityUserId, ...method } = toMethod(json);
      return { ...method, userIdentityId: identityUserId } as unknown as PasskeyAuthenticationMethod;
    },
  }),
};

const idOf = (location: string | null) => {
  const last = location?.split('/').pop();
  if (!last) return undefined;
  try {
    return decodeURIComponent(last);
  } catch {
    throw invalidAnswer();
  }
};

/** Some answers have the id in the address of what is to be alone. */
function toEnrollment(json: unknown, _: unknown, headers: Headers): EnrollmentChallenge {
  const { id = idOf(headers.get('location')), auth_session } = asRecord(json);
  if (typeof id !== 'string' || typeof auth_session !== 'string' || !auth_session) throw invalidAnswer();
  return { id, authSession: auth_session };
}

function toMethod(json: unknown): AuthenticationMethod {
  const method = camelCase(json);
  if (typeof method.id !== 'string') throw invalidAnswer();
  return method as unknown as AuthenticationMethod;
}

function listOf(json: unknown, name: string): unknown[] {
  const list = asRecord(json)[name];
  if (!Array.isArray(list)) throw invalidAnswer();
  return list;
}
