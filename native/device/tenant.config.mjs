const api = 'https://api.postern.test';
const files = 'https://files.postern.test';
const connection = 'Username-Password-Authentication';

// Those with the tenant's host are not here: its port is not known yet.
const callbacks = [
  'com.example.postern://callback',
  // What Expo Router's test kit takes for the address of the app.
  'yourscheme://callback',
];

const grantTypes = [
  'authorization_code',
  'refresh_token',
  'http://auth0.com/oauth/grant-type/password-realm',
  'http://auth0.com/oauth/grant-type/passwordless/otp',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob',
  'http://auth0.com/oauth/grant-type/mfa-recovery-code',
];

export default {
  name: 'Device tests',
  clients: [
    {
      clientId: 'device',
      name: 'Device',
      type: 'native',
      grantTypes,
      callbacks,
      logoutUrls: callbacks,
      refreshToken: {
        leeway: 10,
        policies: [
          { audience: api, scope: ['read:notes'] },
          { audience: files, scope: ['read:files'] },
        ],
      },
    },
  ],
  apis: [
    { identifier: api, name: 'Notes', scopes: ['read:notes'], allowOfflineAccess: true, tokenLifetime: 3600 },
    { identifier: files, name: 'Files', scopes: ['read:files'], allowOfflineAccess: true },
  ],
  mfa: { policy: 'enrolled' },
  connections: [
    { name: connection, strategy: 'auth0', displayName: 'E-mail and password' },
    { name: 'email', strategy: 'email', displayName: 'A code by e-mail' },
    { name: 'sms', strategy: 'sms', displayName: 'A code by text message' },
  ],
  users: [
    {
      id: 'auth0|zoe',
      connection,
      email: 'zoe@example.com',
      password: 'Correct-Horse-42',
      profile: { name: 'Zoë 山田 😀', given_name: 'Zoë' },
    },
    // A code of an authenticator app works once: the two systems are tried at the same time.
    ...['ios', 'android'].map((system) => ({
      id: `auth0|mfa-${system}`,
      connection,
      email: `mfa-${system}@example.com`,
      password: 'Correct-Horse-42',
      profile: { name: 'Kim Sample' },
      mfa: { totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', recoveryCode: 'SAMPLERECOVERYCODE123456' },
    })),
  ],
};
