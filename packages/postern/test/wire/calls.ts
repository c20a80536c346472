import type { AuthenticationApi } from '../../src/types/index.ts';

type Method = Exclude<keyof AuthenticationApi, 'authorizeUrl' | 'logoutUrl' | 'ssoExchange'>;

/** One call of each method, and of some more than one, with every parameter that both clients take. */
export const calls: Readonly<Record<string, readonly [Method, Readonly<Record<string, unknown>>]>> = {
  passwordRealm: ['passwordRealm', { username: 'u', password: 'p', realm: 'r' }],
  'passwordRealm with a scope': [
    'passwordRealm',
    { username: 'u', password: 'p', realm: 'r', audience: 'https://api.example', scope: 'read:notes' },
  ],
  exchange: ['exchange', { code: 'c', verifier: 'v', redirectUri: 'https://app.example/' }],
  exchangeNativeSocial: [
    'exchangeNativeSocial',
    {
      subjectToken: 's',
      subjectTokenType: 'http://auth0.com/oauth/token-type/apple-authz-code',
      userProfile: '{"name":{}}',
      audience: 'https://api.example',
    },
  ],
  createUser: ['createUser', { email: 'a@b.example', password: 'p', connection: 'db' }],
  'createUser with metadata': [
    'createUser',
    {
      email: 'a@b.example',
      password: 'p',
      connection: 'db',
      username: 'u',
      given_name: 'Zoë',
      family_name: '山田',
      name: 'n',
      nickname: 'k',
      picture: 'https://pictures.example/1',
      metadata: { favourite_colour: 'teal' },
      headers: { 'X-App': '1' },
    },
  ],
  resetPassword: ['resetPassword', { email: 'a@b.example', connection: 'db' }],
  'resetPassword for an organization': [
    'resetPassword',
    { email: 'a@b.example', connection: 'db', organization: 'org_1' },
  ],
  passwordlessWithEmail: ['passwordlessWithEmail', { email: 'a@b.example' }],
  'passwordlessWithEmail by link': [
    'passwordlessWithEmail',
    { email: 'a@b.example', send: 'link', authParams: { state: 's' }, headers: { 'x-request-language': 'de' } },
  ],
  passwordlessWithSMS: ['passwordlessWithSMS', { phoneNumber: '+15550100', send: 'code' }],
  loginWithEmail: ['loginWithEmail', { email: 'a@b.example', code: '123456' }],
  loginWithSMS: ['loginWithSMS', { phoneNumber: '+15550100', code: '123456', audience: 'https://api.example' }],
  loginWithOTP: ['loginWithOTP', { mfaToken: 'm', otp: '123456' }],
  'loginWithOTP with an audience': ['loginWithOTP', { mfaToken: 'm', otp: '123456', audience: 'https://api.example' }],
  loginWithOOB: ['loginWithOOB', { mfaToken: 'm', oobCode: 'o', bindingCode: 'b' }],
  loginWithRecoveryCode: ['loginWithRecoveryCode', { mfaToken: 'm', recoveryCode: 'r' }],
  multifactorChallenge: ['multifactorChallenge', { mfaToken: 'm', challengeType: 'oob', authenticatorId: 'sms|1' }],
  refreshToken: ['refreshToken', { refreshToken: 'R' }],
  'refreshToken with a scope': [
    'refreshToken',
    { refreshToken: 'R', scope: 'read:notes', audience: 'https://api.example', headers: { 'X-App': '1' } },
  ],
  userInfo: ['userInfo', { token: 't', headers: { 'X-App': '1' } }],
  revoke: ['revoke', { refreshToken: 'R', headers: { 'X-App': '1' } }],
};
