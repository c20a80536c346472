import Auth0 from 'react-native-auth0';
import { openPage, sharedOptions } from './bench-page.ts';

openPage((config) => {
  const auth0 = new Auth0(sharedOptions(config));
  return {
    // As its own provider does in a browser.
    start: async () => {
      if (new URLSearchParams(window.location.search).has('code')) {
        await auth0.webAuth.handleRedirectCallback();
        window.history.replaceState({}, document.title, window.location.pathname);
      } else await auth0.webAuth.checkWebSession();
      return (await auth0.webAuth.getWebUser())?.email;
    },
    login: () => auth0.webAuth.authorize({ scope: config.scope }),
    read: () => auth0.credentialsManager.getCredentials(),
  };
});
