import type { Credentials } from './credentials.ts';
import type { RequestHeaders } from './parameters.ts';

/** Factors a person can set up, for `factorType` and `factorsAllowed`. */
export const MfaFactorType = { OTP: 'otp', SMS: 'sms', VOICE: 'voice', EMAIL: 'email', PUSH: 'push' } as const;
export type MfaFactorType = (typeof MfaFactorType)[keyof typeof MfaFactorType];

interface MfaTokenParameters extends RequestHeaders {
  /** Of the error: `error.mfaRequired.mfaToken`. */
  mfaToken: string;
}

/** {@link IMfaClient.getAuthenticators}. */
export interface MfaGetAuthenticatorsParameters extends MfaTokenParameters {
  /** Only authenticators of these kinds. Default, and when empty: all. `sms` and `voice` are told apart everywhere. */
  factorsAllowed?: readonly (MfaFactorType | 'recovery-code')[];
}

/** A factor that a person has set up. */
export interface MfaAuthenticator {
  id: string;
  /** `otp`, `phone`, `email`, `push-notification` or `recovery-code`; derived where the tenant does not say. */
  type?: string;
  /** `otp`, `oob` or `recovery-code`. */
  authenticatorType: string;
  /** False while it is being set up. */
  active: boolean;
  /** To recognise it by: a masked phone number or address, a device's name. */
  name?: string;
  /** `sms`, `voice`, `email` or `auth0` (push). */
  oobChannel?: string;
}

/** {@link IMfaClient.enroll}, of an authenticator app. */
export interface MfaEnrollOtpParameters extends MfaTokenParameters {
  factorType: 'otp';
}

/** {@link IMfaClient.enroll}, of a phone that gets messages. */
export interface MfaEnrollSmsParameters extends MfaTokenParameters {
  factorType: 'sms';
  /** With `+` and country code (E.164). */
  phoneNumber: string;
}

/** {@link IMfaClient.enroll}, of a phone that is called. */
export interface MfaEnrollVoiceParameters extends MfaTokenParameters {
  factorType: 'voice';
  /** With `+` and country code (E.164). */
  phoneNumber: string;
}

/** {@link IMfaClient.enroll}, of an address. */
export interface MfaEnrollEmailParameters extends MfaTokenParameters {
  factorType: 'email';
  email: string;
}

/** {@link IMfaClient.enroll}, of a device that is asked by push. */
export interface MfaEnrollPushParameters extends MfaTokenParameters {
  factorType: 'push';
}

/** {@link IMfaClient.enroll}. */
export type MfaEnrollParameters =
  | MfaEnrollOtpParameters
  | MfaEnrollSmsParameters
  | MfaEnrollVoiceParameters
  | MfaEnrollEmailParameters
  | MfaEnrollPushParameters;

interface WithRecoveryCodes {
  /** To be shown once and kept by the person; only with the first factor a person sets up. */
  recoveryCodes?: string[];
}

/** An authenticator app: show `barcodeUri` as a QR code, then `verify` with the code that the app shows. */
export interface MfaTotpEnrollmentChallenge extends WithRecoveryCodes {
  type: 'totp';
  /** `otpauth://…` */
  barcodeUri: string;
  /** The same secret for typing in, base32. */
  secret: string;
}

/** A code is on its way by SMS, call or mail: `verify` with `oobCode` and what the person types as `bindingCode`. */
export interface MfaOobEnrollmentChallenge extends WithRecoveryCodes {
  type: 'oob';
  oobCode: string;
  /** `prompt`: ask the person for the code. */
  bindingMethod?: string;
}

/** A device: show `barcodeUri` as a QR code, then `verify` with `oobCode` until the device has answered. */
export interface MfaPushEnrollmentChallenge extends WithRecoveryCodes {
  type: 'push';
  barcodeUri: string;
  oobCode?: string;
  oobChannel?: string;
}

/** Never an answer here: recovery codes come as `recoveryCodes` of the others. react-native-auth0 has it on Android. */
export interface MfaRecoveryCodeEnrollmentChallenge {
  type: 'recovery-code';
  recoveryCode: string;
}

/** What {@link IMfaClient.enroll} answers; `type` tells which. */
export type MfaEnrollmentChallenge =
  | MfaOobEnrollmentChallenge
  | MfaTotpEnrollmentChallenge
  | MfaPushEnrollmentChallenge
  | MfaRecoveryCodeEnrollmentChallenge;

/** {@link IMfaClient.challenge}. */
export interface MfaChallengeWithAuthenticatorParameters extends MfaTokenParameters {
  authenticatorId: string;
}

/** What {@link IMfaClient.challenge} answers. */
export interface MfaChallengeResult {
  /** `otp` or `oob`. */
  challengeType: string;
  /** For `verify`, with `oob`. */
  oobCode?: string;
  /** `prompt`: ask the person for the code. Absent: wait for the device (push). */
  bindingMethod?: string;
}

interface MfaVerifyBaseParameters extends MfaTokenParameters {
  /** Less than the interrupted login asked for. Default: what it asked for. */
  scope?: string;
  /** Default: what the interrupted login asked for. */
  audience?: string;
}

/** {@link IMfaClient.verify}, by the code of an authenticator app. */
export interface MfaVerifyOtpParameters extends MfaVerifyBaseParameters {
  otp: string;
}

/** {@link IMfaClient.verify}, by what was sent to a device. */
export interface MfaVerifyOobParameters extends MfaVerifyBaseParameters {
  oobCode: string;
  /** What the person typed; none for push. */
  bindingCode?: string;
}

/** {@link IMfaClient.verify}, by a recovery code. */
export interface MfaVerifyRecoveryCodeParameters extends MfaVerifyBaseParameters {
  recoveryCode: string;
}

/** {@link IMfaClient.verify}. */
export type MfaVerifyParameters = MfaVerifyOtpParameters | MfaVerifyOobParameters | MfaVerifyRecoveryCodeParameters;

/** The second step of a login: `auth0.mfa` and `useAuth0().mfa`. Failures are `MfaError`s. */
export interface IMfaClient {
  /**
   * What the person has set up.
   *
   * @throws `EXPIRED_MFA_TOKEN`, `INVALID_MFA_TOKEN` begin the login again.
   * @example
   * const phones = await auth0.mfa.getAuthenticators({ mfaToken, factorsAllowed: ['sms', 'voice'] });
   */
  getAuthenticators: (parameters: MfaGetAuthenticatorsParameters) => Promise<MfaAuthenticator[]>;
  /**
   * Sets up a factor, where `mfaRequirements.enroll` asks for one. It counts once `verify` has proved it.
   *
   * @throws `MFA_ERROR` (code `invalid_request`), or `INVALID_PHONE_NUMBER`, `INVALID_EMAIL` where the tenant tells them
   * apart; `EXPIRED_MFA_TOKEN`, `INVALID_MFA_TOKEN`; code `access_denied` the person has a factor already.
   * @example
   * const enrollment = await auth0.mfa.enroll({ mfaToken, factorType: 'otp' });
   * if (enrollment.type === 'totp') console.log('Show this as a QR code:', enrollment.barcodeUri);
   */
  enroll: (parameters: MfaEnrollParameters) => Promise<MfaEnrollmentChallenge>;
  /**
   * Asks for a proof: sends the code or the push. Needless for authenticator apps and recovery codes.
   *
   * @throws `UNSUPPORTED_FACTOR`, `ASSOCIATION_REQUIRED` nothing is set up yet; `TOO_MANY_ATTEMPTS`; `EXPIRED_MFA_TOKEN`.
   * @example
   * const [phone] = await auth0.mfa.getAuthenticators({ mfaToken, factorsAllowed: ['sms'] });
   * if (phone) {
   *   const { oobCode = '' } = await auth0.mfa.challenge({ mfaToken, authenticatorId: phone.id });
   *   await auth0.session.login(() => auth0.mfa.verify({ mfaToken, oobCode, bindingCode: '123456' }));
   * }
   */
  challenge: (parameters: MfaChallengeWithAuthenticatorParameters) => Promise<MfaChallengeResult>;
  /**
   * Finishes the login that `mfa_required` interrupted. The hook's stores the credentials and sets `user`.
   *
   * After a recovery code, `credentials.recoveryCode` is the one that replaces it: show it to the person, it is not
   * stored and not in a copy of the object. For a push, call again every few seconds while `code` is
   * `authorization_pending` or `slow_down`.
   *
   * @throws `MFA_ERROR` wrong code (code `invalid_grant`); `EXPIRED_MFA_TOKEN`; `TOO_MANY_ATTEMPTS`.
   * @example
   * try {
   *   await auth0.auth.passwordRealm({ username, password, realm: 'Username-Password-Authentication' });
   * } catch (error) {
   *   const mfa = isAuthError(error) ? error.mfaRequired : undefined;
   *   if (!mfa) throw error;
   *   await auth0.session.login(() => auth0.mfa.verify({ mfaToken: mfa.mfaToken, otp: '123456' }));
   * }
   */
  verify: (parameters: MfaVerifyParameters) => Promise<Credentials>;
}

/** {@link AuthenticationApi.loginWithOTP}, which is deprecated. */
export interface LoginOtpParameters extends MfaTokenParameters {
  otp: string;
  audience?: string;
}

/** {@link AuthenticationApi.loginWithOOB}, which is deprecated. */
export interface LoginOobParameters extends MfaTokenParameters {
  oobCode: string;
  bindingCode?: string;
}

/** {@link AuthenticationApi.loginWithRecoveryCode}, which is deprecated. */
export interface LoginRecoveryCodeParameters extends MfaTokenParameters {
  recoveryCode: string;
}

/** {@link AuthenticationApi.multifactorChallenge}, which is deprecated. */
export interface MfaChallengeParameters extends MfaTokenParameters {
  /** Default: whatever the person has set up. */
  challengeType?: 'oob' | 'otp';
  /** Default: the first that fits. */
  authenticatorId?: string;
}

/** The code of an authenticator app is asked for. */
export type MfaChallengeOtpResponse = { challengeType: 'otp' };
/** A device is asked by push: wait for it. */
export type MfaChallengeOobResponse = { challengeType: 'oob'; oobCode: string };
/** A code was sent: ask the person for it. */
export type MfaChallengeOobWithBindingResponse = MfaChallengeOobResponse & { bindingMethod: string };
/** What {@link AuthenticationApi.multifactorChallenge} answers. */
export type MfaChallengeResponse =
  | MfaChallengeOtpResponse
  | MfaChallengeOobResponse
  | MfaChallengeOobWithBindingResponse;
