/**
 * Which tenant to sign in at. `npm run tenant` writes these to `.env.local` for a tenant on this machine; with an Auth0 tenant
 * put its domain and client there yourself (see `README.md`).
 */
const domain = process.env.EXPO_PUBLIC_AUTH0_DOMAIN ?? 'http://localhost:4455';

export const config = {
  domain,
  clientId: process.env.EXPO_PUBLIC_AUTH0_CLIENT_ID ?? 'postern-expo',
  audience: process.env.EXPO_PUBLIC_AUTH0_AUDIENCE ?? 'https://api.postern.test',
  scope: 'openid profile email offline_access read:notes',
  filesAudience: process.env.EXPO_PUBLIC_FILES_AUDIENCE ?? 'https://files.postern.test',
  filesScope: 'read:files',
  /** A tenant on this machine or the LAN, reached without encryption. */
  isLocal: domain.startsWith('http://'),
};
