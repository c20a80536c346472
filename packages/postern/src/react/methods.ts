import type { Auth0 } from '../auth0.ts';
import { accountMethods, byName } from '../method-names.ts';
import type { Credentials, IMfaClient, IMyAccountClient, IPasswordlessClient } from '../types/index.ts';
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

type Methods<T> = { readonly [Name in keyof T]: (client: Client) => T[Name] };

function group<T>(members: Methods<T>): (client: Client) => T {
  return (client) =>
    Object.fromEntries(
      Object.entries<(client: Client) => unknown>(members).map(([name, bind]) => [name, bind(client)]),
    ) as T;
}

const methods = {
  authorize: logsIn((auth0) => auth0.webAuth.authorize),
  clearSession: logsOut((auth0) => auth0.webAuth.clearSession),
  cancelWebAuth: sends((auth0) => auth0.webAuth.cancelWebAuth),
  resumeSession: sends((auth0) => auth0.webAuth.resumeSession),
  saveCredentials: sends((auth0) => auth0.credentialsManager.saveCredentials),
  getCredentials: sends((auth0) => auth0.credentialsManager.getCredentials),
  hasValidCredentials: reads((auth0) => auth0.credentialsManager.hasValidCredentials),
  clearCredentials: logsOut((auth0) => auth0.credentialsManager.clearCredentials),
  getApiCredentials: sends((auth0) => auth0.credentialsManager.getApiCredentials),
  clearApiCredentials: sends((auth0) => auth0.credentialsManager.clearApiCredentials),
  getSSOCredentials: sends((auth0) => auth0.credentialsManager.getSSOCredentials),
  ssoExchange: sends((auth0) => auth0.auth.ssoExchange),
  getDPoPHeaders: sends((auth0) => auth0.getDPoPHeaders),
  customTokenExchange: logsIn((auth0) => auth0.customTokenExchange),
  loginWithPasswordRealm: logsIn((auth0) => auth0.auth.passwordRealm),
  createUser: sends((auth0) => auth0.auth.createUser),
  resetPassword: sends((auth0) => auth0.auth.resetPassword),
  authorizeWithExchange: logsIn((auth0) => auth0.auth.exchange),
  authorizeWithExchangeNativeSocial: logsIn((auth0) => auth0.auth.exchangeNativeSocial),
  sendEmailCode: sends((auth0) => auth0.auth.passwordlessWithEmail),
  authorizeWithEmail: logsIn((auth0) => auth0.auth.loginWithEmail),
  sendSMSCode: sends((auth0) => auth0.auth.passwordlessWithSMS),
  authorizeWithSMS: logsIn((auth0) => auth0.auth.loginWithSMS),
  sendMultifactorChallenge: sends((auth0) => auth0.auth.multifactorChallenge),
  authorizeWithOOB: logsIn((auth0) => auth0.auth.loginWithOOB),
  authorizeWithOTP: logsIn((auth0) => auth0.auth.loginWithOTP),
  authorizeWithRecoveryCode: logsIn((auth0) => auth0.auth.loginWithRecoveryCode),
  revokeRefreshToken: sends((auth0) => auth0.auth.revoke),
  mfa: group<IMfaClient>({
    getAuthenticators: sends((auth0) => auth0.mfa.getAuthenticators),
    enroll: sends((auth0) => auth0.mfa.enroll),
    challenge: sends((auth0) => auth0.mfa.challenge),
    verify: logsIn((auth0) => auth0.mfa.verify),
  }),
  passwordless: group<IPasswordlessClient>({
    challengeWithEmail: sends((auth0) => auth0.passwordless.challengeWithEmail),
    challengeWithPhoneNumber: sends((auth0) => auth0.passwordless.challengeWithPhoneNumber),
    loginWithOTP: logsIn((auth0) => auth0.passwordless.loginWithOTP),
  }),
  passkeySignupChallenge: reads((auth0) => auth0.passkeySignupChallenge),
  passkeyLoginChallenge: reads((auth0) => auth0.passkeyLoginChallenge),
  getTokenByPasskey: logsIn((auth0) => auth0.getTokenByPasskey),
  myAccount: group(
    byName(accountMethods, (name) =>
      reads((auth0) => auth0.myAccount[name as keyof IMyAccountClient] as (parameters: object) => Promise<unknown>),
    ) as unknown as Methods<IMyAccountClient>,
  ),
} satisfies Methods<Auth0Methods>;

/** The hook's methods over whichever client `client` names when one is called: their identities never change. */
export const bindMethods: (client: Client) => Auth0Methods = group<Auth0Methods>(methods);
