import { Auth0 } from 'postern/core';
import { openPage, sharedOptions } from './bench-page.ts';

openPage((config) => {
  const auth0 = new Auth0(sharedOptions(config));
  return {
    start: async () => {
      await auth0.session.start();
      return auth0.session.getSnapshot().user?.email;
    },
    login: () => auth0.webAuth.authorize(),
    read: () => auth0.credentialsManager.getCredentials(),
  };
});
