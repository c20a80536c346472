import { Auth0Provider, useAuth0 } from '@auth0/auth0-react';
import { openReactPage } from './react-page.tsx';

openReactPage({
  Provider: ({ config, children }) => {
    const { domain, clientId, audience, scope, cacheLocation, useRefreshTokens, useDPoP } = config;
    return (
      <Auth0Provider
        domain={domain}
        clientId={clientId}
        authorizationParams={{ audience, scope, redirect_uri: window.location.origin }}
        {...(cacheLocation && { cacheLocation })}
        {...(useRefreshTokens !== undefined && { useRefreshTokens })}
        {...(useDPoP !== undefined && { useDpop: useDPoP })}
      >
        {children}
      </Auth0Provider>
    );
  },
  useLibrary: () => {
    const { user, isLoading, loginWithRedirect, getAccessTokenSilently } = useAuth0();
    return {
      email: user?.email,
      isLoading,
      login: () => loginWithRedirect(),
      read: () => getAccessTokenSilently(),
    };
  },
});
