import { createPlatform } from '#platform';
import { createLazyApi } from './authentication/lazy-api.ts';
import type { PasskeyApi } from './authentication/passkey-api.ts';
import { loadPart } from './errors/load-part.ts';
import { KeyBinding } from './http/key-binding.ts';
import { Tenant } from './http/tenant.ts';
import { configure } from './options.ts';
import { logoutUrl } from './protocol/logout.ts';
import { withQuery } from './protocol/with-query.ts';
import { CredentialStore } from './session/credential-store.ts';
import { StoredCredentials } from './session/credentials-manager.ts';
import { Logins } from './session/logins.ts';
import type { Renewal } from './session/renewal.ts';
import { LiveSession, toCredentialsManagerError, toWebAuthError } from './session/session.ts';
import type { Session } from './session/session-state.ts';
import { Transactions } from './session/transactions.ts';
import type {
  Auth0Options,
  AuthenticationApi,
  Credentials,
  CredentialsManager,
  CustomTokenExchangeParameters,
  DPoPHeadersParams,
  IMfaClient,
  IMyAccountClient,
  IPasswordlessClient,
  IUsersClient,
  WebAuth,
} from './types/index.ts';

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
  declare readonly mfa: IMfaClient;
  /** Codes by mail or phone for the people of a database. */
  declare readonly passwordless: IPasswordlessClient;
  /** What people change about their own account: passkeys, second factors. */
  declare readonly myAccount: IMyAccountClient;
  /**
   * The Management API with a person's own token. `tokenType` is by default what the token says of itself.
   *
   * @deprecated Gone in react-native-auth0 6. Read with `auth.userInfo`; change metadata from a server of your own.
   */
  declare readonly users: (token: string, tokenType?: string) => IUsersClient;
  /**
   * Begins to sign somebody up with a passkey. `signUpWithPasskey` does the whole of it in a browser.
   *
   * @throws PasskeyError `PASSKEY_CHALLENGE_FAILED`, with the server's code: `invalid_request` the profile lacks something, or
   * the user exists; `unauthorized_client`. `PASSKEY_INVALID_PARAMETER`.
   * @example
   * const { authSession, authParamsPublicKey } = await auth0.passkeySignupChallenge({ email: 'new@example.com' });
   */
  declare readonly passkeySignupChallenge: PasskeyApi['passkeySignupChallenge'];
  /**
   * Begins to sign somebody in with a passkey. `signInWithPasskey` does the whole of it in a browser.
   *
   * @throws PasskeyError `PASSKEY_CHALLENGE_FAILED`, `PASSKEY_INVALID_PARAMETER`.
   */
  declare readonly passkeyLoginChallenge: PasskeyApi['passkeyLoginChallenge'];
  /**
   * Signs up or in with what the browser or the credential manager made of the challenge. Run it inside `session.login` to
   * store the credentials; the hook's method does so.
   *
   * @throws PasskeyError `PASSKEY_EXCHANGE_FAILED` refused, or too late; `PASSKEY_INVALID_CREDENTIAL` `authResponse` is none;
   * `PASSKEY_MFA_REQUIRED`, see `getMfaRequiredPayload()`; `PASSKEY_INVALID_PARAMETER`.
   */
  declare readonly getTokenByPasskey: PasskeyApi['getTokenByPasskey'];
  /**
   * Signs in with a token of another issuer, which the tenant knows how to check (RFC 8693). Run it inside
   * `session.login` to store the credentials; the hook's method does so.
   *
   * @throws AuthError code `invalid_parameters` a subject token type that is no absolute URI, or one half of the actor pair;
   * `invalid_grant`, `access_denied` the tenant refuses the token; `invalid_request` unknown type; `unauthorized_client`;
   * `invalid_target`, `invalid_scope`; `mfa_required`; `too_many_attempts`; `a0.session.invalid_idtoken` another organization.
   * @example
   * const subjectTokenType = 'urn:acme:legacy-session';
   * await auth0.session.login(() => auth0.customTokenExchange({ subjectToken, subjectTokenType }));
   */
  declare readonly customTokenExchange: (parameters: CustomTokenExchangeParameters) => Promise<Credentials>;
  /**
   * The headers that present an access token to an API: `Authorization`, and for a bound token a `DPoP` proof for just this
   * request. `createFetch` does this, and answers an API that asks for a nonce.
   *
   * @throws DPoPError `DPOP_MISSING_PARAMETER`; `DPOP_KEY_RETRIEVAL_FAILED` the key is gone, sign in again;
   * `DPOP_PROOF_FAILED`.
   * @example
   * const { accessToken, tokenType } = await auth0.credentialsManager.getCredentials();
   * const headers = await auth0.getDPoPHeaders({ url, method: 'GET', accessToken, tokenType });
   */
  readonly getDPoPHeaders: (parameters: DPoPHeadersParams) => Promise<Record<string, string>>;
  /** Who is signed in, as something to subscribe to. */
  readonly session: Session;

  constructor(options: Auth0Options) {
    // First: it knows whether the engine can do what the options are checked with.
    const platform = options.platform ?? createPlatform(options);
    const configuration = configure(options);
    const { domain, namespace, cacheLocation: location } = configuration;
    const { userAgent, lifecycle, clock } = platform;
    const binding = new KeyBinding(configuration, platform);
    const tenant = new Tenant(configuration, platform, binding);
    const transactions = new Transactions(platform, namespace);
    const store = new CredentialStore(platform, { location, namespace }, binding);
    const logins = new Logins(configuration, platform, tenant, transactions, binding);
    let renewal: Renewal | undefined;
    const renewals = async () => {
      const { Renewal } = await loadPart(import('./session/renewal.ts'));
      renewal ??= new Renewal(configuration, platform, tenant, store, logins);
      return renewal;
    };
    const credentials = new StoredCredentials(store, renewals, clock);
    const session = new LiveSession({
      configuration,
      platform,
      store,
      credentials,
      logins,
      transactions,
      binding,
      tenant,
    });
    const { auth, exchanges, client } = createLazyApi(tenant, configuration);
    Object.assign(this, client);
    this.session = session;
    this.getDPoPHeaders = async (parameters) => {
      const { makeDPoPHeaders } = await loadPart(import('./http/dpop-headers.ts'));
      return makeDPoPHeaders(binding, parameters);
    };

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
          const options = { ...clearOptions };
          const returnTo = parameters.returnToUrl ?? userAgent.defaultReturnTo({ domain, options });
          // Offline, the local sign-out must still be possible: Auth0's logout address needs no asking.
          const server = await tenant.server().catch(tenant.knownServer);
          const url = logoutUrl({ federated: parameters.federated, returnTo }, server, configuration);
          const show = () => url && userAgent.logout({ url, ...(returnTo ? { returnTo } : {}), options });
          // A page that leaves cannot tidy up afterwards, and its navigation cannot be cancelled. Anywhere else the person
          // may still change their mind, and then nothing has happened.
          if (userAgent.modes[0] === 'redirect') {
            await session.signOut().finally(show);
          } else {
            await show();
            await session.signOut();
          }
        }),

      handleRedirectCallback: async (given) => {
        const url = given ?? (await logins.callback(null)) ?? lifecycle.currentUrl() ?? '';
        const { appState } = await session.webLogin(() => logins.resume(url));
        return { appState };
      },

      checkWebSession: () =>
        web(async () => {
          if (!(await store.get())) await session.joinWebSession();
        }),

      getWebUser: () =>
        web(async () => {
          await session.unlock();
          return (await store.get())?.user ?? null;
        }),

      cancelWebAuth: () => web(() => userAgent.cancel()),

      resumeSession: async () => {
        await lifecycle.ready?.();
        const url = (await logins.callback()) ?? (await logins.callback(await store.get()));
        if (!url) return session.takeResumed();
        return session.takeResumed((await session.webLogin(() => logins.resume(url))).credentials);
      },
    };

    const transfers = async () => {
      const { getSessionTransfer, requireTransfers } = await loadPart(import('./session/session-transfer.ts'));
      requireTransfers(platform);
      return getSessionTransfer;
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
      getApiCredentials: (audience, scope, minTtl = 0, parameters = {}) =>
        session.apiCredentials({ audience, scope, minTtl, parameters, force: false }),
      clearApiCredentials: (audience, scope) => managed(() => credentials.clearApi(audience, scope)),
      getSSOCredentials: async (parameters = {}, headers) => {
        const { transfer } = await session.use(async () => {
          const getSessionTransfer = await transfers();
          return credentials.use(async (held) =>
            getSessionTransfer(await renewals(), held, domain, parameters, headers),
          );
        });
        return transfer;
      },
    };

    this.auth = {
      ...auth,
      ssoExchange: async (parameters) => {
        await transfers();
        return exchanges.ssoExchange(parameters);
      },

      authorizeUrl: ({ responseType = 'code', redirectUri, ...rest }) => {
        const server = tenant.knownServer();
        return withQuery(server.authorization_endpoint ?? '', {
          response_type: responseType,
          client_id: configuration.clientId,
          redirect_uri: redirectUri,
          ...rest,
        });
      },

      logoutUrl: ({ federated, clientId, returnTo, returnToUrl = returnTo } = {}) => {
        const url = logoutUrl({ federated, clientId, returnTo: returnToUrl }, tenant.knownServer(), configuration);
        return url ?? configuration.origin;
      },
    };
  }
}
