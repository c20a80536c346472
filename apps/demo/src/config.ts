/** Which tenant to sign in at: the local one of `npm start`, unless `.env.local` names another. */
export const config = {
  domain: import.meta.env.VITE_AUTH0_DOMAIN ?? 'http://localhost:4455',
  clientId: import.meta.env.VITE_AUTH0_CLIENT_ID ?? 'postern-spa',
  audience: import.meta.env.VITE_AUTH0_AUDIENCE ?? 'https://api.postern.test',
  filesAudience: import.meta.env.VITE_FILES_AUDIENCE ?? 'https://files.postern.test',
  filesScope: 'read:files',
  scope: 'openid profile email offline_access read:notes write:notes',
};

/** `e-mail / password` of the local tenant's sample user; nothing when signing in at a hosted tenant. */
export const sampleLogin = import.meta.env.VITE_SAMPLE_LOGIN?.split(' / ');
