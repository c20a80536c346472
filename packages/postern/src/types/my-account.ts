import type { RequestHeaders } from './parameters.ts';
import type { PasskeyCredential, PasskeyOptions } from './passkeys.ts';

/** Kinds of authentication methods, for `type`. */
export const AuthenticationMethodTypes = {
  PASSKEY: 'passkey',
  PHONE: 'phone',
  EMAIL: 'email',
  TOTP: 'totp',
  PUSH_NOTIFICATION: 'push-notification',
  RECOVERY_CODE: 'recovery-code',
  WEBAUTHN_PLATFORM: 'webauthn-platform',
  WEBAUTHN_ROAMING: 'webauthn-roaming',
  PASSWORD: 'password',
} as const;
export type AuthenticationMethodType = (typeof AuthenticationMethodTypes)[keyof typeof AuthenticationMethodTypes];

/** How a phone is asked: by message or by call. */
export const PreferredAuthenticationMethods = { SMS: 'sms', VOICE: 'voice' } as const;
/** How a phone is asked. */
export type PreferredAuthenticationMethod =
  (typeof PreferredAuthenticationMethods)[keyof typeof PreferredAuthenticationMethods];

interface AccountParameters extends RequestHeaders {
  /** For the audience `https://{domain}/me/`, with the scope that the method needs. */
  accessToken: string;
}

interface MethodParameters extends AccountParameters {
  /** Of the authentication method. */
  id: string;
}

/** {@link IMyAccountClient.passkeyEnrollmentChallenge}. */
export interface PasskeyEnrollmentChallengeParameters extends AccountParameters {
  /** Which identity of an account linked of several. Default: the first. */
  userIdentity?: string;
  /** Name of the database connection. Default: the identity's own. */
  connection?: string;
}

/** What {@link IMyAccountClient.passkeyEnrollmentChallenge} answers. */
export interface PasskeyEnrollmentChallengeResponse {
  authenticationMethodId: string;
  /** Opaque; for `enrollPasskey`, once. */
  authSession: string;
  /** The JSON form of the options, in browsers too (`PublicKeyCredential.parseCreationOptionsFromJSON`, `addPasskey`). */
  authParamsPublicKey: PasskeyOptions;
}

/** {@link IMyAccountClient.enrollPasskey}. */
export interface EnrollPasskeyParameters extends AccountParameters {
  /** These three are of the challenge. */
  authenticationMethodId: string;
  authSession: string;
  authParamsPublicKey: PasskeyOptions;
  /** What the browser or the credential manager gave: the object, or its JSON as text. */
  authResponse: string | PasskeyCredential;
}

/** A passkey that was added. */
export interface PasskeyAuthenticationMethod {
  id: string;
  type: string;
  userIdentityId: string;
  userAgent?: string;
  keyId: string;
  publicKey: string;
  userHandle: string;
  /** `single_device`, or `multi_device` for one that is synchronised. */
  credentialDeviceType: string;
  credentialBackedUp: boolean;
  /** ISO 8601. */
  createdAt: string;
  aaguid: string;
  relyingPartyId: string;
}

/** {@link IMyAccountClient.getAuthenticationMethods}. */
export interface GetAuthenticationMethodsParameters extends AccountParameters {
  /** Default: all. */
  type?: AuthenticationMethodType;
}
/** {@link IMyAccountClient.getAuthenticationMethodById}. */
export interface GetAuthenticationMethodByIdParameters extends MethodParameters {}
/** {@link IMyAccountClient.deleteAuthenticationMethodById}. */
export interface DeleteAuthenticationMethodByIdParameters extends MethodParameters {}
/** {@link IMyAccountClient.updateAuthenticationMethodById}. */
export interface UpdateAuthenticationMethodByIdParameters extends MethodParameters {
  name?: string;
  preferredAuthenticationMethod?: PreferredAuthenticationMethod;
}

/** A way in, or a second factor, that a person has set up. */
export interface AuthenticationMethod {
  id: string;
  /** One of {@link AuthenticationMethodTypes}. */
  type: string;
  /** ISO 8601. */
  createdAt: string;
  /** `primary` for a way in, `secondary` for a second factor. */
  usage: string[];
  /** False while it is being set up. */
  confirmed?: boolean;
  name?: string;
  keyId?: string;
  publicKey?: string;
  userHandle?: string;
  credentialDeviceType?: string;
  credentialBackedUp?: boolean;
  userAgent?: string;
  aaguid?: string;
  relyingPartyId?: string;
  identityUserId?: string;
  transports?: string[];
  phoneNumber?: string;
  preferredAuthenticationMethod?: string;
  email?: string;
  lastPasswordReset?: string;
}

/** {@link IMyAccountClient.enrollPhone}. */
export interface EnrollPhoneParameters extends AccountParameters {
  /** With `+` and country code (E.164). */
  phoneNumber: string;
  /** Default `sms`. */
  preferredAuthenticationMethod?: PreferredAuthenticationMethod;
}

/** {@link IMyAccountClient.enrollEmail}. */
export interface EnrollEmailParameters extends AccountParameters {
  emailAddress: string;
}

/** {@link IMyAccountClient.enrollTOTP}. */
export interface EnrollTOTPParameters extends AccountParameters {}
/** {@link IMyAccountClient.enrollPushNotification}. */
export interface EnrollPushNotificationParameters extends AccountParameters {}
/** {@link IMyAccountClient.enrollRecoveryCode}. */
export interface EnrollRecoveryCodeParameters extends AccountParameters {}
/** {@link IMyAccountClient.getFactors}. */
export interface GetFactorsParameters extends AccountParameters {}

interface ConfirmParameters extends AccountParameters {
  /** Both are of the enrolment. */
  id: string;
  authSession: string;
}

/** What confirms an enrolment by a code. */
export interface ConfirmOTPEnrollmentParameters extends ConfirmParameters {
  /** What the person typed. */
  otpCode: string;
}
/** {@link IMyAccountClient.confirmRecoveryCodeEnrollment}. */
export interface ConfirmRecoveryCodeEnrollmentParameters extends ConfirmParameters {}
/** {@link IMyAccountClient.confirmPushNotificationEnrollment}. */
export interface ConfirmPushNotificationEnrollmentParameters extends ConfirmParameters {}

/** Begun; to be confirmed. */
export interface EnrollmentChallenge {
  id: string;
  /** Opaque; for the confirmation. */
  authSession: string;
}

/** Begun, with a secret to be shown; to be confirmed. */
export interface TOTPEnrollmentChallenge extends EnrollmentChallenge {
  /** `otpauth://…`, to be shown as a QR code. */
  barcodeUri: string;
  /** The same secret for typing in, base32. */
  manualInputCode?: string;
}

/** Begun, with the code to be kept; to be confirmed. */
export interface RecoveryCodeEnrollmentChallenge extends EnrollmentChallenge {
  /** To be shown once and kept by the person. */
  recoveryCode: string;
}

/** A kind of authentication method that the tenant has. */
export interface Factor {
  type: string;
  usage?: string[];
}

/**
 * What people change about their own account: `auth0.myAccount` (Auth0's My Account API). Failures are `MyAccountError`s, those
 * of the two passkey methods `PasskeyError`s. A token for it comes from `credentialsManager.getApiCredentials`.
 *
 * @example
 * const { accessToken } = await auth0.credentialsManager.getApiCredentials(
 *   'https://example.eu.auth0.com/me/',
 *   'read:me:authentication_methods',
 * );
 * const methods = await auth0.myAccount.getAuthenticationMethods({ accessToken });
 */
export interface IMyAccountClient {
  /**
   * Begins to add a passkey. See `addPasskey`, which does the whole of it in a browser. Scope
   * `create:me:authentication_methods`, as for all that begins or confirms something.
   *
   * @throws PasskeyError `PASSKEY_CHALLENGE_FAILED`; `PASSKEY_INVALID_PARAMETER`.
   * @example
   * const { accessToken } = credentials;
   * const challenge = await auth0.myAccount.passkeyEnrollmentChallenge({ accessToken });
   * const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(challenge.authParamsPublicKey as never);
   * const authResponse = JSON.stringify(await navigator.credentials.create({ publicKey }));
   * await auth0.myAccount.enrollPasskey({ accessToken, ...challenge, authResponse });
   */
  passkeyEnrollmentChallenge: (
    parameters: PasskeyEnrollmentChallengeParameters,
  ) => Promise<PasskeyEnrollmentChallengeResponse>;
  /**
   * Adds the passkey that the browser or the credential manager made; see `passkeyEnrollmentChallenge`.
   *
   * @throws PasskeyError `PASSKEY_EXCHANGE_FAILED`; `PASSKEY_INVALID_CREDENTIAL` `authResponse` is none.
   * @example
   * const { accessToken } = credentials;
   * const challenge = await auth0.myAccount.passkeyEnrollmentChallenge({ accessToken });
   * const authResponse = '{"id":"…","rawId":"…","type":"public-key","response":{}}';
   * const { keyId } = await auth0.myAccount.enrollPasskey({ accessToken, ...challenge, authResponse });
   */
  enrollPasskey: (parameters: EnrollPasskeyParameters) => Promise<PasskeyAuthenticationMethod>;
  /**
   * Has a code sent to a phone, for `confirmPhoneEnrollment`.
   *
   * @throws MyAccountError reason `INVALID_REQUEST` no number; `UNAUTHORIZED`, `FORBIDDEN` the token is not for this.
   * @example
   * const { accessToken } = credentials;
   * const { id, authSession } = await auth0.myAccount.enrollPhone({ accessToken, phoneNumber: '+15550100' });
   * await auth0.myAccount.confirmPhoneEnrollment({ accessToken, id, authSession, otpCode: '123456' });
   */
  enrollPhone: (parameters: EnrollPhoneParameters) => Promise<EnrollmentChallenge>;
  /**
   * Has a code sent to an address, for `confirmEmailEnrollment`.
   *
   * @throws MyAccountError reason `INVALID_REQUEST` no address; `UNAUTHORIZED`, `FORBIDDEN` the token is not for this.
   * @example
   * const { accessToken } = credentials;
   * const { id, authSession } = await auth0.myAccount.enrollEmail({ accessToken, emailAddress: 'user@example.com' });
   * await auth0.myAccount.confirmEmailEnrollment({ accessToken, id, authSession, otpCode: '123456' });
   */
  enrollEmail: (parameters: EnrollEmailParameters) => Promise<EnrollmentChallenge>;
  /**
   * Begins to add an authenticator app.
   *
   * @throws MyAccountError reason `UNAUTHORIZED`, `FORBIDDEN` the token is not for this.
   * @example
   * const accessToken = credentials.accessToken;
   * const { barcodeUri, id, authSession } = await auth0.myAccount.enrollTOTP({ accessToken });
   * console.log('Show this as a QR code:', barcodeUri);
   * await auth0.myAccount.confirmTOTPEnrollment({ accessToken, id, authSession, otpCode: '123456' });
   */
  enrollTOTP: (parameters: EnrollTOTPParameters) => Promise<TOTPEnrollmentChallenge>;
  /**
   * Begins to add a device that is asked by push: show `barcodeUri` as a QR code, then confirm.
   *
   * @throws MyAccountError reason `UNAUTHORIZED`, `FORBIDDEN` the token is not for this.
   * @example
   * const { accessToken } = credentials;
   * const { barcodeUri, id, authSession } = await auth0.myAccount.enrollPushNotification({ accessToken });
   * console.log('Show this as a QR code:', barcodeUri);
   * await auth0.myAccount.confirmPushNotificationEnrollment({ accessToken, id, authSession });
   */
  enrollPushNotification: (parameters: EnrollPushNotificationParameters) => Promise<TOTPEnrollmentChallenge>;
  /**
   * Makes a new recovery code; it counts once it is confirmed, and the one before no more.
   *
   * @throws MyAccountError reason `UNAUTHORIZED`, `FORBIDDEN` the token is not for this.
   * @example
   * const { accessToken } = credentials;
   * const { recoveryCode, id, authSession } = await auth0.myAccount.enrollRecoveryCode({ accessToken });
   * console.log('Have the person keep this:', recoveryCode);
   * await auth0.myAccount.confirmRecoveryCodeEnrollment({ accessToken, id, authSession });
   */
  enrollRecoveryCode: (parameters: EnrollRecoveryCodeParameters) => Promise<RecoveryCodeEnrollmentChallenge>;
  /**
   * Adds the phone, by the code that `enrollPhone` had sent.
   *
   * @throws MyAccountError reason `INVALID_REQUEST` a wrong code, or too late; `UNAUTHORIZED`, `FORBIDDEN`.
   * @example
   * const { accessToken } = credentials;
   * const begun = await auth0.myAccount.enrollPhone({ accessToken, phoneNumber: '+15550100' });
   * await auth0.myAccount.confirmPhoneEnrollment({ accessToken, ...begun, otpCode: '123456' });
   */
  confirmPhoneEnrollment: (parameters: ConfirmOTPEnrollmentParameters) => Promise<AuthenticationMethod>;
  /**
   * Adds the address, by the code that `enrollEmail` had sent.
   *
   * @throws MyAccountError reason `INVALID_REQUEST` a wrong code, or too late; `UNAUTHORIZED`, `FORBIDDEN`.
   * @example
   * const { accessToken } = credentials;
   * const begun = await auth0.myAccount.enrollEmail({ accessToken, emailAddress: 'user@example.com' });
   * await auth0.myAccount.confirmEmailEnrollment({ accessToken, ...begun, otpCode: '123456' });
   */
  confirmEmailEnrollment: (parameters: ConfirmOTPEnrollmentParameters) => Promise<AuthenticationMethod>;
  /**
   * Adds the authenticator app, by the code that it shows.
   *
   * @throws MyAccountError reason `INVALID_REQUEST` a wrong code, or too late; `UNAUTHORIZED`, `FORBIDDEN`.
   * @example
   * const { accessToken } = credentials;
   * const { id, authSession } = await auth0.myAccount.enrollTOTP({ accessToken });
   * await auth0.myAccount.confirmTOTPEnrollment({ accessToken, id, authSession, otpCode: '123456' });
   */
  confirmTOTPEnrollment: (parameters: ConfirmOTPEnrollmentParameters) => Promise<AuthenticationMethod>;
  /**
   * Adds the device, once it has read the QR code of `enrollPushNotification`.
   *
   * @throws MyAccountError reason `INVALID_REQUEST` it has not yet: call again, or too late; `UNAUTHORIZED`, `FORBIDDEN`.
   * @example
   * const { accessToken } = credentials;
   * const { id, authSession } = await auth0.myAccount.enrollPushNotification({ accessToken });
   * await auth0.myAccount.confirmPushNotificationEnrollment({ accessToken, id, authSession });
   */
  confirmPushNotificationEnrollment: (
    parameters: ConfirmPushNotificationEnrollmentParameters,
  ) => Promise<AuthenticationMethod>;
  /**
   * Has the code of `enrollRecoveryCode` count, once the person has kept it.
   *
   * @throws MyAccountError reason `INVALID_REQUEST` too late; `UNAUTHORIZED`, `FORBIDDEN`.
   * @example
   * const { accessToken } = credentials;
   * const { id, authSession } = await auth0.myAccount.enrollRecoveryCode({ accessToken });
   * await auth0.myAccount.confirmRecoveryCodeEnrollment({ accessToken, id, authSession });
   */
  confirmRecoveryCodeEnrollment: (parameters: ConfirmRecoveryCodeEnrollmentParameters) => Promise<AuthenticationMethod>;
  /**
   * What the person has set up. Scope `read:me:authentication_methods`.
   *
   * @throws MyAccountError reason `UNAUTHORIZED`, `FORBIDDEN` the token is not for this.
   * @example
   * const { accessToken } = credentials;
   * const phones = await auth0.myAccount.getAuthenticationMethods({ accessToken, type: 'phone' });
   */
  getAuthenticationMethods: (parameters: GetAuthenticationMethodsParameters) => Promise<AuthenticationMethod[]>;
  /**
   * One of what the person has set up. Scope `read:me:authentication_methods`.
   *
   * @throws MyAccountError reason `NOT_FOUND`; `UNAUTHORIZED`, `FORBIDDEN`.
   * @example
   * const { accessToken } = credentials;
   * const { name } = await auth0.myAccount.getAuthenticationMethodById({ accessToken, id: 'phone|dev_1' });
   */
  getAuthenticationMethodById: (parameters: GetAuthenticationMethodByIdParameters) => Promise<AuthenticationMethod>;
  /**
   * Renames a method, or says how a phone is asked. Scope `update:me:authentication_methods`.
   *
   * @throws MyAccountError reason `NOT_FOUND`; `UNAUTHORIZED`, `FORBIDDEN`.
   * @example
   * const { accessToken } = credentials;
   * await auth0.myAccount.updateAuthenticationMethodById({ accessToken, id: 'phone|dev_1', name: 'At work' });
   */
  updateAuthenticationMethodById: (
    parameters: UpdateAuthenticationMethodByIdParameters,
  ) => Promise<AuthenticationMethod>;
  /**
   * Takes a method away. Scope `delete:me:authentication_methods`.
   *
   * @throws MyAccountError reason `NOT_FOUND`; `CONFLICT` it is the last one that is needed.
   * @example
   * const { accessToken } = credentials;
   * await auth0.myAccount.deleteAuthenticationMethodById({ accessToken, id: 'phone|dev_1' });
   */
  deleteAuthenticationMethodById: (parameters: DeleteAuthenticationMethodByIdParameters) => Promise<void>;
  /**
   * What there is to set up. Scope `read:me:factors`.
   *
   * @throws MyAccountError reason `UNAUTHORIZED`, `FORBIDDEN` the token is not for this.
   * @example
   * const { accessToken } = credentials;
   * const factors = await auth0.myAccount.getFactors({ accessToken });
   */
  getFactors: (parameters: GetFactorsParameters) => Promise<Factor[]>;
}
