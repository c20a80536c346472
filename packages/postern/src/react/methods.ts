import type { Auth0 } from '../auth0.ts';
import type { Credentials } from '../types/index.ts';
import type { Auth0Methods } from './auth0-context.ts';

/** Finds a method on the client; what the hook's method of that name calls. */
type Pick<A extends unknown[], R> = (auth0: Auth0) => (...args: A) => Promise<R>;
/** The client of the provider at the moment of a call. */
type Client = () => Auth0;
type Bind<A extends unknown[], R> = (client: Client) => (...args: A) => Promise<R>;

/** A login: stores the credentials, sets `user`, clears `error`. */
const logsIn =
  <A extends unknown[], R extends Credentials>(pick: Pick<A, R>): Bind<A, Credentials> =>
  (client) =>
  (...args) => {
    const auth0 = client();
    return auth0.session.login(() => pick(auth0)(...args));
  };

/** Changes no state but `error`. What it lets the session learn (a renewed ID token), the session itself makes known. */
const sends =
  <A extends unknown[], R>(pick: Pick<A, R>): Bind<A, R> =>
  (client) =>
  (...args) => {
    const auth0 = client();
    return auth0.session.track(() => pick(auth0)(...args));
  };

/** Ends the session, which makes `user` null in every tab; a logout that failed changes no state but `error`. */
const logsOut = sends;

/** Changes no state at all. */
const reads =
  <A extends unknown[], R>(pick: Pick<A, R>): Bind<A, R> =>
  (client) =>
  (...args) =>
    pick(client())(...args);

const methods = {
  authorize: logsIn((auth0) => auth0.webAuth.authorize),
  clearSession: logsOut((auth0) => auth0.webAuth.clearSession),
  cancelWebAuth: sends((auth0) => auth0.webAuth.cancelWebAuth),
  resumeSession: sends((auth0) => auth0.webAuth.resumeSession),
  saveCredentials: sends((auth0) => auth0.credentialsManager.saveCredentials),
  getCredentials: sends((auth0) => auth0.credentialsManager.getCredentials),
  hasValidCredentials: reads((auth0) => auth0.credentialsManager.hasValidCredentials),
  clearCredentials: logsOut((auth0) => auth0.credentialsManager.clearCredentials),
  authorizeWithExchange: logsIn((auth0) => auth0.auth.exchange),
  revokeRefreshToken: sends((auth0) => auth0.auth.revoke),
} satisfies { readonly [Name in keyof Auth0Methods]: (client: Client) => Auth0Methods[Name] };

export const methodNames = Object.keys(methods) as readonly (keyof Auth0Methods)[];

/** The hook's methods over whichever client `client` names when one is called: their identities never change. */
export function bindMethods(client: Client): Auth0Methods {
  return Object.fromEntries(
    Object.entries(methods).map(([name, bind]) => [name, bind(client)]),
  ) as unknown as Auth0Methods;
}
