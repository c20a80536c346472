import { managementScopes } from '../my-account/management-api.ts';
import { myAccountScopes } from '../my-account/my-account-api.ts';
import type { GrantType, TenantConfigInput } from './schema.ts';

export const DEFAULT_CONNECTION = 'Username-Password-Authentication';

/** Seconds for which a refresh whose response got lost can be repeated with the token before. */
const SAMPLE_LEEWAY = 10;

/** Every way in; elsewhere each client opts in (RFC 9700 section 2.4). */
const directGrants = [
  'authorization_code',
  'refresh_token',
  'password',
  'http://auth0.com/oauth/grant-type/password-realm',
  'http://auth0.com/oauth/grant-type/passwordless/otp',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob',
  'http://auth0.com/oauth/grant-type/mfa-recovery-code',
  'urn:okta:params:oauth:grant-type:webauthn',
] satisfies GrantType[];

const API = 'https://api.postern.test';
const FILES_API = 'https://files.postern.test';

/** One refresh token serves both APIs, and the person's own account. */
const samplePolicies = [
  { audience: API, scope: ['read:notes', 'write:notes'] },
  { audience: FILES_API, scope: ['read:files', 'write:files'] },
  { audience: '/me/', scope: [...myAccountScopes] },
  { audience: '/api/v2/', scope: [...managementScopes] },
];

type Given = 'name' | 'clients' | 'apis' | 'tokenExchangeProfiles' | 'mfa' | 'connections' | 'users';

/**
 * The configuration of the sample, with what is given in it. Not inferred: of so many literals the compiler would write down the
 * members in another order now and then.
 */
export type SampleConfig = TenantConfigInput & { [Name in Given]: NonNullable<TenantConfigInput[Name]> };

/** What a tenant without configuration serves: enough to try every path of the README. */
export const sampleConfig: SampleConfig = {
  name: 'Postern sample',
  clients: [
    {
      clientId: 'postern-spa',
      name: 'Sample web app',
      type: 'spa',
      allowLoopbackCallbacks: true,
      grantTypes: directGrants,
      refreshToken: { leeway: SAMPLE_LEEWAY, policies: samplePolicies },
      sessionTransfer: { allowedAuthenticationMethods: ['cookie', 'query'] },
    },
    {
      clientId: 'postern-native',
      name: 'Sample mobile app',
      type: 'native',
      grantTypes: [...directGrants, 'urn:ietf:params:oauth:grant-type:token-exchange'],
      sessionTransfer: { canCreate: true },
      callbacks: [
        'com.example.app.auth0://localhost/ios/com.example.app/callback',
        'com.example.app.auth0://localhost/android/com.example.app/callback',
      ],
      logoutUrls: [
        'com.example.app.auth0://localhost/ios/com.example.app/callback',
        'com.example.app.auth0://localhost/android/com.example.app/callback',
      ],
      refreshToken: { leeway: SAMPLE_LEEWAY, policies: samplePolicies },
    },
    {
      clientId: 'postern-cli',
      name: 'Sample command-line tool',
      type: 'native',
      allowLoopbackCallbacks: true,
      grantTypes: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      refreshToken: { leeway: SAMPLE_LEEWAY },
    },
  ],
  apis: [
    {
      identifier: API,
      name: 'Sample notes API',
      scopes: ['read:notes', 'write:notes'],
      allowOfflineAccess: true,
    },
    {
      identifier: FILES_API,
      name: 'Sample files API',
      scopes: ['read:files', 'write:files'],
      allowOfflineAccess: true,
    },
  ],
  tokenExchangeProfiles: [
    {
      // `signSubjectToken` of the control API makes such tokens; their sub is the id of a user.
      subjectTokenType: 'urn:postern:sample-token',
      verification: { testKey: true, issuer: 'https://issuer.postern.test/', audience: 'https://tenant.postern.test' },
      actor: {},
    },
  ],
  // Whoever has set up a second factor is asked for it: of the sample users, mfa@example.com.
  mfa: { policy: 'enrolled' },
  connections: [
    {
      name: DEFAULT_CONNECTION,
      strategy: 'auth0',
      displayName: 'E-mail and password',
      emailOtp: true,
      phoneOtp: true,
      passkeys: true,
    },
    { name: 'email', strategy: 'email', displayName: 'A code or link by e-mail' },
    { name: 'sms', strategy: 'sms', displayName: 'A code by text message' },
    { name: 'google-oauth2', strategy: 'google-oauth2', displayName: 'Google' },
    { name: 'github', strategy: 'github', displayName: 'GitHub' },
  ],
  users: [
    {
      id: 'auth0|sample',
      connection: DEFAULT_CONNECTION,
      email: 'user@example.com',
      password: 'Correct-Horse-42',
      profile: {
        name: 'Robin Sample',
        given_name: 'Robin',
        family_name: 'Sample',
        nickname: 'robin',
      },
      userMetadata: { favourite_colour: 'teal' },
    },
    {
      id: 'auth0|mfa',
      connection: DEFAULT_CONNECTION,
      email: 'mfa@example.com',
      password: 'Correct-Horse-42',
      profile: { name: 'Kim Sample', given_name: 'Kim', family_name: 'Sample', nickname: 'kim' },
      mfa: { totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', recoveryCode: 'SAMPLERECOVERYCODE123456' },
    },
  ],
};
