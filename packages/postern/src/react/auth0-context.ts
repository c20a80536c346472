'use client';

import { type Context, createContext } from 'react';
import type { Auth0 } from '../auth0.ts';
import type { SessionSnapshot } from '../session/session-state.ts';
import type {
  AuthenticationApi,
  CredentialsManager,
  IMfaClient,
  IMyAccountClient,
  IPasswordlessClient,
  User,
  WebAuth,
} from '../types/index.ts';
import { bindMethods } from './methods.ts';

/** What {@link useAuth0} gives: the state, and every method as a property that keeps its identity. */
export interface Auth0ContextInterface<TClaims extends object = object> extends Auth0State<TClaims>, Auth0Methods {}

/** Who is signed in, as {@link useAuth0} has it. */
export interface Auth0State<TClaims extends object = object> {
  /** Who is signed in, or null. The same object until a claim changes. */
  readonly user: (User & TClaims) | null;
  /** Why the last call or the start failed, or null. A login clears it. */
  readonly error: SessionSnapshot['error'];
  /** True until it is known whether somebody is signed in. */
  readonly isLoading: boolean;
}

/** The name that react-native-auth0 has for it. */
export type AuthState = Auth0State;

/**
 * The methods, with what each does to the state. Every failure rejects and, but for `hasValidCredentials`, becomes `error`;
 * a failure never takes `user` away unless it ended the session.
 */
export interface Auth0Methods {
  /** {@link WebAuth.authorize}; sets `user`. */
  readonly authorize: WebAuth['authorize'];
  /** {@link WebAuth.clearSession}; `user` becomes null. */
  readonly clearSession: WebAuth['clearSession'];
  /** {@link WebAuth.cancelWebAuth}. */
  readonly cancelWebAuth: WebAuth['cancelWebAuth'];
  /** {@link WebAuth.resumeSession}; sets `user` when there was a login to finish. */
  readonly resumeSession: WebAuth['resumeSession'];
  /** {@link CredentialsManager.saveCredentials}; does not set `user`. */
  readonly saveCredentials: CredentialsManager['saveCredentials'];
  /** {@link CredentialsManager.getCredentials}; `user` follows the ID token. */
  readonly getCredentials: CredentialsManager['getCredentials'];
  /** {@link CredentialsManager.hasValidCredentials}. */
  readonly hasValidCredentials: CredentialsManager['hasValidCredentials'];
  /** {@link CredentialsManager.clearCredentials}; `user` becomes null. */
  readonly clearCredentials: CredentialsManager['clearCredentials'];
  /** {@link CredentialsManager.getApiCredentials}; `user` follows the ID token. */
  readonly getApiCredentials: CredentialsManager['getApiCredentials'];
  /** {@link CredentialsManager.clearApiCredentials}. */
  readonly clearApiCredentials: CredentialsManager['clearApiCredentials'];
  /** {@link CredentialsManager.getSSOCredentials}; `user` follows the ID token. */
  readonly getSSOCredentials: CredentialsManager['getSSOCredentials'];
  /** {@link AuthenticationApi.ssoExchange}. */
  readonly ssoExchange: AuthenticationApi['ssoExchange'];
  /** {@link Auth0.getDPoPHeaders}. */
  readonly getDPoPHeaders: Auth0['getDPoPHeaders'];
  /** {@link Auth0.customTokenExchange}; stores the credentials and sets `user`. */
  readonly customTokenExchange: Auth0['customTokenExchange'];
  /** {@link AuthenticationApi.passwordRealm}; stores the credentials and sets `user`. */
  readonly loginWithPasswordRealm: AuthenticationApi['passwordRealm'];
  /** {@link AuthenticationApi.createUser}. */
  readonly createUser: AuthenticationApi['createUser'];
  /** {@link AuthenticationApi.resetPassword}. */
  readonly resetPassword: AuthenticationApi['resetPassword'];
  /** {@link AuthenticationApi.exchange}; stores the credentials and sets `user`. */
  readonly authorizeWithExchange: AuthenticationApi['exchange'];
  /** {@link AuthenticationApi.exchangeNativeSocial}; stores the credentials and sets `user`. */
  readonly authorizeWithExchangeNativeSocial: AuthenticationApi['exchangeNativeSocial'];
  /** {@link AuthenticationApi.passwordlessWithEmail}. */
  readonly sendEmailCode: AuthenticationApi['passwordlessWithEmail'];
  /** {@link AuthenticationApi.loginWithEmail}; stores the credentials and sets `user`. */
  readonly authorizeWithEmail: AuthenticationApi['loginWithEmail'];
  /** {@link AuthenticationApi.passwordlessWithSMS}. */
  readonly sendSMSCode: AuthenticationApi['passwordlessWithSMS'];
  /** {@link AuthenticationApi.loginWithSMS}; stores the credentials and sets `user`. */
  readonly authorizeWithSMS: AuthenticationApi['loginWithSMS'];
  /** @deprecated Gone in react-native-auth0 6: use `mfa.challenge`. */
  readonly sendMultifactorChallenge: AuthenticationApi['multifactorChallenge'];
  /** @deprecated Gone in react-native-auth0 6: use `mfa.verify`. */
  readonly authorizeWithOOB: AuthenticationApi['loginWithOOB'];
  /** @deprecated Gone in react-native-auth0 6: use `mfa.verify`. */
  readonly authorizeWithOTP: AuthenticationApi['loginWithOTP'];
  /** @deprecated Gone in react-native-auth0 6: use `mfa.verify`. */
  readonly authorizeWithRecoveryCode: AuthenticationApi['loginWithRecoveryCode'];
  /** {@link IMfaClient}; `verify` stores the credentials and sets `user`. */
  readonly mfa: IMfaClient;
  /** {@link IPasswordlessClient}; `loginWithOTP` stores the credentials and sets `user`. */
  readonly passwordless: IPasswordlessClient;
  /** {@link Auth0.passkeySignupChallenge}; its failures do not become `error`. */
  readonly passkeySignupChallenge: Auth0['passkeySignupChallenge'];
  /** {@link Auth0.passkeyLoginChallenge}; its failures do not become `error`. */
  readonly passkeyLoginChallenge: Auth0['passkeyLoginChallenge'];
  /** {@link Auth0.getTokenByPasskey}; stores the credentials and sets `user`. */
  readonly getTokenByPasskey: Auth0['getTokenByPasskey'];
  /** {@link IMyAccountClient}; its failures do not become `error`. */
  readonly myAccount: IMyAccountClient;
  /** {@link AuthenticationApi.revoke}. */
  readonly revokeRefreshToken: AuthenticationApi['revoke'];
}

/** The context of the nearest `Auth0Provider` that was given no `context` of its own. */
export const Auth0Context: Context<Auth0ContextInterface> = createAuth0Context();

/**
 * A context for a second tenant on the same page: give it to that tenant's `Auth0Provider` and to `useAuth0`.
 *
 * @example
 * const PartnerContext = createAuth0Context();
 * <Auth0Provider domain="partner.example" clientId="…" context={PartnerContext}>…</Auth0Provider>
 * const { user } = useAuth0(PartnerContext);
 */
export function createAuth0Context(): Context<Auth0ContextInterface> {
  return createContext<Auth0ContextInterface>({
    user: null,
    error: null,
    isLoading: true,
    ...methodsOutsideProvider(),
  });
}

function methodsOutsideProvider(): Auth0Methods {
  return bindMethods(() => {
    throw new Error('You forgot to wrap your component in <Auth0Provider>.');
  });
}
