import { Auth0Client } from '@auth0/auth0-spa-js';
import { openPage } from './bench-page.ts';

openPage(({ domain, clientId, audience, scope, cacheLocation, useRefreshTokens, useDPoP }) => {
  const client = new Auth0Client({
    domain,
    clientId,
    authorizationParams: { audience, scope, redirect_uri: window.location.origin },
    ...(cacheLocation && { cacheLocation }),
    ...(useRefreshTokens !== undefined && { useRefreshTokens }),
    ...(useDPoP !== undefined && { useDpop: useDPoP }),
  });
  return {
    // As its own layer for React does.
    start: async () => {
      if (new URLSearchParams(window.location.search).has('code')) {
        await client.handleRedirectCallback();
        window.history.replaceState({}, document.title, window.location.pathname);
      } else await client.checkSession();
      return (await client.getUser())?.email;
    },
    login: () => client.loginWithRedirect(),
    read: () => client.getTokenSilently(),
  };
});
