import type { Session } from './session/session.ts';
import type { Auth0Options, AuthenticationApi, CredentialsManager, WebAuth } from './types/index.ts';

/**
 * A client of one tenant. Constructing it does nothing but check the options: no network, no storage, no globals.
 *
 * @example
 * const auth0 = new Auth0({ domain: 'example.eu.auth0.com', clientId: 'abc', cacheLocation: 'localstorage' });
 * await auth0.session.start();
 */
export class Auth0 {
  declare readonly webAuth: WebAuth;
  declare readonly credentialsManager: CredentialsManager;
  declare readonly auth: AuthenticationApi;
  /** Who is signed in, as something to subscribe to. */
  declare readonly session: Session;
  readonly options: Auth0Options;

  constructor(options: Auth0Options) {
    this.options = options;
  }
}
