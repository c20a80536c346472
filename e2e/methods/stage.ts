import type { Auth0, Auth0Methods, Auth0Options, AuthError, User } from 'postern';

/** What a case needs of the place it runs in: Node or a page, a client or a React provider. */
export interface Stage {
  readonly issuer: string;
  /** Whether `clearSession` has something to show the logout page in. */
  readonly hasBrowser: boolean;
  /** Whether it may hand its session to a browser; a browser may not. */
  readonly canTransferSession: boolean;
  /** An app that was just installed: nothing is stored. */
  open(options?: Partial<Auth0Options>): Promise<App>;
  /** Asks the tenant's control API: GET, or POST with a body. */
  control<T = unknown>(path: string, body?: object): Promise<T>;
  /** Goes to an authorization URL as a browser in which `user` is signed in, and answers with the callback's URL. */
  visit(url: string, user: string): Promise<string>;
  /** Every request of the SDK so far, as `POST /oauth/token`. */
  requests(): readonly string[];
}

/** An app that uses the methods: by the class or by the hook. */
export interface App {
  readonly by: 'class' | 'hook';
  readonly auth0: Pick<Auth0, 'auth' | 'users'>;
  readonly methods: DirectMethods;
  /** What it shows, once everything that happened has reached it. */
  state(): Promise<{ readonly user: User | null; readonly error: AuthError | null; readonly isLoading: boolean }>;
}

export type DirectMethods = Pick<
  Auth0Methods,
  | 'loginWithPasswordRealm'
  | 'createUser'
  | 'resetPassword'
  | 'authorizeWithExchange'
  | 'sendEmailCode'
  | 'authorizeWithEmail'
  | 'sendSMSCode'
  | 'authorizeWithSMS'
  | 'sendMultifactorChallenge'
  | 'authorizeWithOOB'
  | 'authorizeWithOTP'
  | 'authorizeWithRecoveryCode'
  | 'revokeRefreshToken'
  | 'mfa'
  | 'passwordless'
  | 'passkeySignupChallenge'
  | 'passkeyLoginChallenge'
  | 'getTokenByPasskey'
  | 'myAccount'
  | 'customTokenExchange'
  | 'authorizeWithExchangeNativeSocial'
  | 'getApiCredentials'
  | 'clearApiCredentials'
  | 'getDPoPHeaders'
  | 'getSSOCredentials'
  | 'ssoExchange'
  | 'getCredentials'
  | 'hasValidCredentials'
  | 'clearCredentials'
  | 'clearSession'
>;

/** The class's methods by their hook's names: a login is run inside `session.login`, as its documentation says. */
export function appOfClass(auth0: Auth0): App {
  const { auth, mfa, session, credentialsManager, webAuth, customTokenExchange, getDPoPHeaders } = auth0;
  const { passwordless, myAccount, passkeySignupChallenge, passkeyLoginChallenge, getTokenByPasskey } = auth0;
  const logsIn =
    <P>(method: (parameters: P) => ReturnType<typeof auth.passwordRealm>) =>
    (parameters: P) =>
      session.login(() => method(parameters));
  return {
    by: 'class',
    auth0,
    methods: {
      loginWithPasswordRealm: logsIn(auth.passwordRealm),
      createUser: auth.createUser,
      resetPassword: auth.resetPassword,
      authorizeWithExchange: logsIn(auth.exchange),
      sendEmailCode: auth.passwordlessWithEmail,
      authorizeWithEmail: logsIn(auth.loginWithEmail),
      sendSMSCode: auth.passwordlessWithSMS,
      authorizeWithSMS: logsIn(auth.loginWithSMS),
      sendMultifactorChallenge: auth.multifactorChallenge,
      authorizeWithOOB: logsIn(auth.loginWithOOB),
      authorizeWithOTP: logsIn(auth.loginWithOTP),
      authorizeWithRecoveryCode: logsIn(auth.loginWithRecoveryCode),
      revokeRefreshToken: auth.revoke,
      mfa: { ...mfa, verify: logsIn(mfa.verify) },
      passwordless: { ...passwordless, loginWithOTP: logsIn(passwordless.loginWithOTP) },
      passkeySignupChallenge,
      passkeyLoginChallenge,
      getTokenByPasskey: logsIn(getTokenByPasskey),
      myAccount,
      customTokenExchange: logsIn(customTokenExchange),
      authorizeWithExchangeNativeSocial: logsIn(auth.exchangeNativeSocial),
      getDPoPHeaders,
      ssoExchange: auth.ssoExchange,
      ...credentialsManager,
      clearSession: webAuth.clearSession,
    },
    state: async () => session.getSnapshot(),
  };
}
