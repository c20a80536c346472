import { createPlatform } from '#platform';
import { createLazyApi } from './authentication/lazy-api.ts';
import { Tenant } from './http/tenant.ts';
import { configure } from './options.ts';
import { withQuery } from './protocol/authorize.ts';
import { logoutUrl } from './protocol/logout.ts';
import { CredentialStore } from './session/credential-store.ts';
import { StoredCredentials } from './session/credentials-manager.ts';
import { Logins } from './session/logins.ts';
import { Renewal } from './session/renewal.ts';
import { LiveSession, toCredentialsManagerError, toWebAuthError } from './session/session.ts';
import type { Session } from './session/session-state.ts';
import { Transactions } from './session/transactions.ts';
import type { Auth0Options, AuthenticationApi, CredentialsManager, IMfaClient, WebAuth } from './types/index.ts';

/**
 * A client of one tenant. Constructing it only checks the options: no network, no storage, no globals, so it is safe on a
 * server and at import time. Methods may be passed around unbound.
 *
 * @throws AuthError `InitializationError` with code `missing_domain`, `invalid_domain`, `missing_client_id` or
 * `invalid_configuration` (a client secret was given).
 * @example
 * const auth0 = new Auth0({ domain: 'example.eu.auth0.com', clientId: 'abc' });
 * await auth0.session.start();
 * if (!auth0.session.getSnapshot().user) await auth0.webAuth.authorize();
 */
export class Auth0 {
  readonly webAuth: WebAuth;
  readonly credentialsManager: CredentialsManager;
  readonly auth: AuthenticationApi;
  /** Second factors of logins that `mfa_required` interrupted. */
  readonly mfa: IMfaClient;
  /** Who is signed in, as something to subscribe to. */
  readonly session: Session;

  constructor(options: Auth0Options) {
    const configuration = configure(options);
    const { domain, namespace, cacheLocation: location } = configuration;
    const platform = options.platform ?? createPlatform();
    const { userAgent, lifecycle, clock } = platform;
    const tenant = new Tenant(configuration, platform);
    const transactions = new Transactions(platform, namespace);
    const store = new CredentialStore(platform, { location, namespace });
    const logins = new Logins(configuration, platform, tenant, transactions);
    const renewal = new Renewal(configuration, platform, tenant, store, logins);
    const credentials = new StoredCredentials(store, renewal, clock);
    const session = new LiveSession({ configuration, platform, store, credentials, logins, transactions });
    const direct = createLazyApi(tenant, configuration);
    this.session = session;
    this.mfa = direct.mfa;

    const web = <T>(work: () => Promise<T>): Promise<T> =>
      session.track(() =>
        work().catch((error: unknown) => {
          throw toWebAuthError(error);
        }),
      );

    this.webAuth = {
      authorize: async (parameters, authorizeOptions) =>
        (await session.webLogin(() => logins.begin(parameters, authorizeOptions))).credentials,

      clearSession: (parameters = {}, clearOptions) =>
        web(async () => {
          const returnTo = parameters.returnToUrl ?? userAgent.defaultReturnTo({ domain });
          // Offline, the local sign-out must still be possible: Auth0's logout address needs no asking.
          const server = await tenant.server().catch(tenant.knownServer);
          const url = logoutUrl({ federated: parameters.federated, returnTo }, server, configuration);
          const show = () =>
            url && userAgent.logout({ url, ...(returnTo ? { returnTo } : {}), options: { ...clearOptions } });
          // A page that leaves cannot tidy up afterwards, and its navigation cannot be cancelled. Anywhere else the person
          // may still change their mind, and then nothing has happened.
          if (userAgent.modes[0] === 'redirect') {
            await session.signOut();
            await show();
          } else {
            await show();
            await session.signOut();
          }
        }),

      handleRedirectCallback: async (url = lifecycle.currentUrl() ?? '') => {
        const { appState } = await session.webLogin(() => logins.resume(url));
        return { appState };
      },

      checkWebSession: () =>
        web(async () => {
          if (!(await store.get())) await session.joinWebSession();
        }),

      getWebUser: () => web(async () => (await store.get())?.user ?? null),

      cancelWebAuth: () => web(() => userAgent.cancel()),

      resumeSession: async () => {
        const url = lifecycle.currentUrl();
        if (!url || !(await logins.isOurs(url))) return null;
        return (await session.webLogin(() => logins.resume(url))).credentials;
      },
    };

    const managed = <T>(work: () => Promise<T>): Promise<T> =>
      session.track(() =>
        work().catch((error: unknown) => {
          throw toCredentialsManagerError(error);
        }),
      );

    this.credentialsManager = {
      getCredentials: (scope, minTtl = 0, parameters = {}, force = false) =>
        session.credentials({ scope, minTtl, parameters, force }),
      hasValidCredentials: (minTtl = 0) => credentials.has(minTtl),
      saveCredentials: (given) => managed(() => credentials.save(given)),
      clearCredentials: () => managed(() => session.signOut()),
    };

    this.auth = {
      ...direct.auth,

      authorizeUrl: ({ responseType = 'code', redirectUri, ...rest }) => {
        const server = tenant.knownServer();
        return withQuery(server.authorization_endpoint ?? '', {
          response_type: responseType,
          client_id: configuration.clientId,
          redirect_uri: redirectUri,
          ...rest,
        });
      },

      logoutUrl: ({ federated, clientId, returnToUrl: returnTo } = {}) => {
        const url = logoutUrl({ federated, clientId, returnTo }, tenant.knownServer(), configuration);
        return url ?? configuration.origin;
      },
    };
  }
}
