import { Auth0 } from 'postern/core';
import { openPage, sharedOptions } from './bench-page.ts';

openPage((config) => {
  const auth0 = new Auth0(sharedOptions(config));
  return {
    // The moment at which an app is told.
    start: () =>
      new Promise((resolve) => {
        auth0.session.subscribe(() => {
          const { isLoading, user } = auth0.session.getSnapshot();
          if (!isLoading) resolve(user?.email);
        });
        void auth0.session.start();
      }),
    login: () => auth0.webAuth.authorize(),
    read: () => auth0.credentialsManager.getCredentials(),
  };
});
