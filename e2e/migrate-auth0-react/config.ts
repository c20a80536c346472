/** What the build is told of the world: the same for both. */
export const config = {
  domain: import.meta.env.VITE_AUTH0_DOMAIN ?? '',
  clientId: 'postern-spa',
  notes: { url: import.meta.env.VITE_API_URL, audience: 'https://api.postern.test', scope: 'read:notes' },
  files: { url: import.meta.env.VITE_API_URL, audience: 'https://files.postern.test', scope: 'read:files' },
};
