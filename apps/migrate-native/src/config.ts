export const config = {
  domain: process.env.EXPO_PUBLIC_AUTH0_DOMAIN ?? 'http://localhost:4455',
  clientId: process.env.EXPO_PUBLIC_AUTH0_CLIENT_ID ?? 'postern-native',
  audience: 'https://api.postern.test',
  /** Registered at the tenant. */
  redirectUrl: 'com.example.postern://callback',
  /** What the app calls with its token. */
  api: `${process.env.EXPO_PUBLIC_AUTH0_DOMAIN}/userinfo`,
};
