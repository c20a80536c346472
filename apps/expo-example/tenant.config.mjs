import { lanAddress } from './scripts/lan-address.mjs';

const metro = `${lanAddress()}:8081`;
const bundle = 'com.example.postern';
const issuerHost = `${lanAddress()}:4455`;

/** Where logins return to: in Expo Go by Metro's own address, in a build of one's own by the app's scheme. */
const callbacks = [
  `exp://${metro}`,
  `exp://${metro}/--/`,
  `exp://${metro}/--/callback`,
  ...['ios', 'android'].map((system) => `${bundle}.auth0://${issuerHost}/${system}/${bundle}/callback`),
];

/** The tenant of `npm run tenant`: two APIs, one app, one person. */
export default {
  name: 'Postern Expo example',
  clients: [
    {
      clientId: 'postern-expo',
      name: 'Postern example',
      type: 'native',
      // The web build, on whatever port.
      allowLoopbackCallbacks: true,
      callbacks,
      logoutUrls: callbacks,
      refreshToken: {
        leeway: 10,
        policies: [
          { audience: 'https://api.postern.test', scope: ['read:notes'] },
          { audience: 'https://files.postern.test', scope: ['read:files'] },
        ],
      },
    },
  ],
  apis: [
    { identifier: 'https://api.postern.test', name: 'Notes', scopes: ['read:notes'], allowOfflineAccess: true },
    { identifier: 'https://files.postern.test', name: 'Files', scopes: ['read:files'], allowOfflineAccess: true },
  ],
  connections: [{ name: 'Username-Password-Authentication', strategy: 'auth0', displayName: 'E-mail and password' }],
  users: [
    {
      id: 'auth0|sample',
      connection: 'Username-Password-Authentication',
      email: 'user@example.com',
      password: 'Correct-Horse-42',
      profile: { name: 'Robin Sample', given_name: 'Robin', family_name: 'Sample', nickname: 'robin' },
    },
  ],
};
