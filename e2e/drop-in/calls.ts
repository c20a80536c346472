import type { WebAuth0Options } from 'react-native-auth0';

/** A method of the hook (or of the class, below `auth0.`), and what it is called with. */
export interface Call {
  readonly name: string;
  readonly method: string;
  readonly args?: readonly unknown[];
  /** It leaves the page, and comes back. */
  readonly leaves?: true;
}

/** Calls in one browser, one after another. */
export interface Visit {
  readonly name: string;
  readonly options: Partial<WebAuth0Options>;
  readonly isSignedIn?: true;
  readonly calls: readonly Call[];
}

const api = 'https://api.postern.test';
const files = 'https://files.postern.test';
const realm = 'Username-Password-Authentication';
const scope = 'openid profile email read:notes';
const call = (method: string, ...args: readonly unknown[]): Call => ({ name: method, method, args });
const mfaToken = 'm';
const accessToken = 't';
const newPasskey = {
  id: 'YQ',
  rawId: 'YQ',
  type: 'public-key',
  response: { clientDataJSON: 'e30', attestationObject: 'YQ' },
  clientExtensionResults: {},
};
const usedPasskey = { ...newPasskey, response: { clientDataJSON: 'e30', authenticatorData: 'YQ', signature: 'YQ' } };
const confirm = { accessToken, id: 'phone|1', authSession: 's' };

export const visits: readonly Visit[] = [
  {
    name: 'with refresh tokens',
    options: { audience: api, scope, useRefreshTokens: true, useMrrt: true, cacheLocation: 'localstorage' },
    isSignedIn: true,
    calls: [
      { name: 'authorize', method: 'authorize', args: [{ scope: `${scope} offline_access` }], leaves: true },
      call('getCredentials'),
      { name: 'getCredentials, forced', method: 'getCredentials', args: [null, 0, {}, true] },
      call('hasValidCredentials'),
      call('getApiCredentials', files, 'read:files'),
      call('clearApiCredentials', files),
      call('cancelWebAuth'),
      call('resumeSession'),
      call('getSSOCredentials'),
      call('ssoExchange', { refreshToken: 'R' }),
      call('getDPoPHeaders', { url: `${api}/notes`, method: 'POST', accessToken, tokenType: 'DPoP' }),
      {
        ...call('getDPoPHeaders', { url: api, method: 'GET', accessToken, tokenType: 'Bearer' }),
        name: 'getDPoPHeaders, Bearer',
      },
      call('auth0.auth.userInfo', { token: accessToken, tokenType: 'Bearer' }),
      call('revokeRefreshToken', { refreshToken: 'R' }),
      { name: 'clearSession', method: 'clearSession', leaves: true },
    ],
  },
  {
    name: 'without refresh tokens',
    options: { useRefreshTokens: false },
    isSignedIn: true,
    calls: [
      { name: 'authorize, without refresh tokens', method: 'authorize', leaves: true },
      { name: 'getCredentials, silent', method: 'getCredentials', args: [null, 0, {}, true] },
      { name: 'getApiCredentials, silent', method: 'getApiCredentials', args: [api, 'read:notes'] },
      call('clearCredentials'),
      { name: 'clearSession, federated', method: 'clearSession', args: [{ federated: true }], leaves: true },
    ],
  },
  {
    name: 'with a session at the tenant alone',
    options: {},
    isSignedIn: true,
    calls: [call('auth0.webAuth.checkWebSession'), call('auth0.webAuth.getWebUser')],
  },
  {
    name: 'with every parameter',
    options: { useDPoP: false, useRefreshTokens: true, cacheLocation: 'localstorage' },
    isSignedIn: true,
    calls: [
      {
        name: 'authorize, every parameter',
        method: 'authorize',
        args: [
          {
            audience: api,
            scope: 'read:notes',
            connection: realm,
            maxAge: 3600,
            nonce: 'mine-nonce',
            additionalParameters: { ui_locales: 'en', login_hint: 'user@example.com' },
          },
        ],
        leaves: true,
      },
      call('saveCredentials', { idToken: '', accessToken, tokenType: 'Bearer', expiresAt: 4_000_000_000 }),
    ],
  },
  {
    name: 'from forms of its own',
    options: { useDPoP: false, useRefreshTokens: false },
    calls: [
      call('loginWithPasswordRealm', { username: 'user@example.com', password: 'wrong', realm }),
      call('createUser', { email: 'user@example.com', password: 'Correct-Horse-42', connection: realm }),
      call('resetPassword', { email: 'user@example.com', connection: realm }),
      call('sendEmailCode', { email: 'user@example.com', send: 'code' }),
      call('authorizeWithEmail', { email: 'user@example.com', code: '000000' }),
      call('sendSMSCode', { phoneNumber: '+15550100', send: 'code' }),
      call('authorizeWithSMS', { phoneNumber: '+15550100', code: '000000' }),
      call('authorizeWithExchange', { code: 'mine', verifier: 'mine', redirectUri: 'https://app.example/' }),
      call('authorizeWithExchangeNativeSocial', {
        subjectToken: 'mine',
        subjectTokenType: 'http://auth0.com/oauth/token-type/google-id-token',
      }),
      call('customTokenExchange', {
        subjectToken: 'mine',
        subjectTokenType: 'urn:postern:sample-token',
        audience: api,
      }),
      call('sendMultifactorChallenge', { mfaToken, challengeType: 'otp' }),
      call('authorizeWithOTP', { mfaToken, otp: '123456' }),
      call('authorizeWithOOB', { mfaToken, oobCode: 'o', bindingCode: '123456' }),
      call('authorizeWithRecoveryCode', { mfaToken, recoveryCode: 'r' }),
      call('mfa.getAuthenticators', { mfaToken }),
      call('mfa.enroll', { mfaToken, factorType: 'sms', phoneNumber: '+15550100' }),
      call('mfa.challenge', { mfaToken, authenticatorId: 'sms|1' }),
      call('mfa.verify', { mfaToken, otp: '123456' }),
      call('passwordless.challengeWithEmail', { email: 'user@example.com', connection: realm }),
      call('passwordless.challengeWithPhoneNumber', { phoneNumber: '+15550100', connection: realm }),
      call('passwordless.loginWithOTP', { challenge: { authSession: 's' }, otp: '123456' }),
      call('passkeySignupChallenge', { email: 'new@example.com', name: 'New', realm }),
      call('passkeyLoginChallenge', { realm }),
      call('getTokenByPasskey', { authSession: 's', authResponse: JSON.stringify(usedPasskey) }),
      call('myAccount.passkeyEnrollmentChallenge', { accessToken, connection: realm }),
      call('myAccount.enrollPasskey', {
        accessToken,
        authenticationMethodId: 'passkey|new',
        authSession: 's',
        authResponse: JSON.stringify(newPasskey),
        authParamsPublicKey: {},
      }),
      call('myAccount.enrollPhone', { accessToken, phoneNumber: '+15550100', preferredAuthenticationMethod: 'sms' }),
      call('myAccount.enrollEmail', { accessToken, emailAddress: 'user@example.com' }),
      call('myAccount.enrollTOTP', { accessToken }),
      call('myAccount.enrollPushNotification', { accessToken }),
      call('myAccount.enrollRecoveryCode', { accessToken }),
      call('myAccount.confirmPhoneEnrollment', { ...confirm, otpCode: '123456' }),
      call('myAccount.confirmEmailEnrollment', { ...confirm, otpCode: '123456' }),
      call('myAccount.confirmTOTPEnrollment', { ...confirm, otpCode: '123456' }),
      call('myAccount.confirmPushNotificationEnrollment', confirm),
      call('myAccount.confirmRecoveryCodeEnrollment', confirm),
      call('myAccount.getAuthenticationMethods', { accessToken, type: 'phone' }),
      call('myAccount.getAuthenticationMethodById', { accessToken, id: 'phone|1' }),
      call('myAccount.updateAuthenticationMethodById', { accessToken, id: 'phone|1', name: 'Mine' }),
      call('myAccount.deleteAuthenticationMethodById', { accessToken, id: 'phone|1' }),
      call('myAccount.getFactors', { accessToken }),
      call('auth0.users.getUser', accessToken, { id: 'auth0|sample' }),
      call('auth0.users.patchUser', accessToken, { id: 'auth0|sample', metadata: { colour: 'teal' } }),
    ],
  },
];
