export const config = {
  domain: process.env.EXPO_PUBLIC_AUTH0_DOMAIN ?? 'http://localhost:4455',
  clientId: process.env.EXPO_PUBLIC_AUTH0_CLIENT_ID ?? 'postern-native',
};

export const notes = 'https://api.postern.test';
export const files = 'https://files.postern.test';
export const realm = 'Username-Password-Authentication';
/** Of apps on phones; in a browser the page itself. */
export const redirectUrl = 'com.example.postern://callback';
