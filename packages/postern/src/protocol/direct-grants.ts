import type {
  DirectLoginParameters,
  ExchangeNativeSocialParameters,
  LoginEmailParameters,
  LoginSmsParameters,
  MfaVerifyOobParameters,
  MfaVerifyOtpParameters,
  MfaVerifyRecoveryCodeParameters,
  PasswordRealmParameters,
} from '../types/index.ts';
import { type Grant, grant } from './grants.ts';

const auth0Grant = 'http://auth0.com/oauth/grant-type/';
const passwordlessOtp = `${auth0Grant}passwordless/otp`;

/** Logins without a page: each is a first step that may be interrupted by `mfa_required`. */
export const directGrants = {
  passwordRealm: grant<PasswordRealmParameters>({
    type: `${auth0Grant}password-realm`,
    requires: ['username', 'password', 'realm'],
    body: ({ username, password, realm, audience, scope }) => ({ username, password, realm, audience, scope }),
  }),
  exchangeNativeSocial: grant<ExchangeNativeSocialParameters>({
    type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requires: ['subjectToken', 'subjectTokenType'],
    optional: ['userProfile'],
    body: ({ subjectToken, subjectTokenType, userProfile, audience, scope }) => ({
      subject_token: subjectToken,
      subject_token_type: subjectTokenType,
      user_profile: userProfile,
      audience,
      scope,
    }),
  }),
  deviceCode: grant<DirectLoginParameters & { deviceCode: string }>({
    type: 'urn:ietf:params:oauth:grant-type:device_code',
    requires: ['deviceCode'],
    body: ({ deviceCode }) => ({ device_code: deviceCode }),
  }),
  databaseOtp: grant<DirectLoginParameters & { authSession: string; otp: string }>({
    type: passwordlessOtp,
    requires: ['authSession', 'otp'],
    body: ({ authSession, otp, audience, scope }) => ({ auth_session: authSession, otp, audience, scope }),
  }),
  loginWithEmail: grant<LoginEmailParameters>({
    type: passwordlessOtp,
    requires: ['email', 'code'],
    body: ({ email, code, audience, scope }) => ({ username: email, otp: code, realm: 'email', audience, scope }),
  }),
  loginWithSMS: grant<LoginSmsParameters>({
    type: passwordlessOtp,
    requires: ['phoneNumber', 'code'],
    body: ({ phoneNumber, code, audience, scope }) => ({
      username: phoneNumber,
      otp: code,
      realm: 'sms',
      audience,
      scope,
    }),
  }),
};

/** Second steps: without audience and scope they go on with those of the login they finish. */
export const mfaGrants = {
  otp: grant<MfaVerifyOtpParameters>({
    type: `${auth0Grant}mfa-otp`,
    requires: ['mfaToken', 'otp'],
    body: ({ mfaToken, otp, audience, scope }) => ({ mfa_token: mfaToken, otp, audience, scope }),
  }),
  oob: grant<MfaVerifyOobParameters>({
    type: `${auth0Grant}mfa-oob`,
    requires: ['mfaToken', 'oobCode'],
    body: ({ mfaToken, oobCode, bindingCode, audience, scope }) => ({
      mfa_token: mfaToken,
      oob_code: oobCode,
      binding_code: bindingCode,
      audience,
      scope,
    }),
  }),
  recoveryCode: grant<MfaVerifyRecoveryCodeParameters>({
    type: `${auth0Grant}mfa-recovery-code`,
    requires: ['mfaToken', 'recoveryCode'],
    body: ({ mfaToken, recoveryCode, audience, scope }) => ({
      mfa_token: mfaToken,
      recovery_code: recoveryCode,
      audience,
      scope,
    }),
  }),
} satisfies Record<string, Grant<never>>;
