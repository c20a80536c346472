/** A test by its file, from the root of the workspace, and its title. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
  /** The methods are in a table of the file's, not in the test itself. */
  readonly isTable?: true;
}

export interface Place {
  /** What react-native-auth0 5.11.1 does. */
  readonly theirs: string;
  readonly ours: string;
  /** Default: `e2e/methods`, whose table runs in Node and in Chromium. */
  readonly test?: NamedTest;
}

export interface MethodRow {
  /** As `useAuth0()` has it. */
  readonly method: string;
  /** The same on the class. */
  readonly byClass: string;
  readonly browser: Place;
  /** iOS and Android. */
  readonly native: Place;
  /** There theirs needs React Native, and so does nothing. */
  readonly node: Omit<Place, 'theirs'>;
}

const works = 'works';
const inBrowser = (name: string): NamedTest => ({ file: 'e2e/drop-in/calls.ts', title: name, isTable: true });
const nativeTest = (title: string): NamedTest => ({ file: 'native/sdk/provider.test.tsx', title });
const test = (name: string, title: string): NamedTest => ({ file: `packages/postern/test/${name}.test.ts`, title });

/** Whatever has no code of a platform: tried in Node and in Chromium, and the same on a phone. */
function everywhere(
  method: string,
  byClass: string,
  more: { web?: string; native?: string; ours?: string; oursInWeb?: string } = {},
): MethodRow {
  const ours = more.ours ?? works;
  return {
    method,
    byClass,
    browser: { theirs: more.web ?? works, ours: more.oursInWeb ?? ours },
    native: { theirs: more.native ?? works, ours },
    node: { ours },
  };
}

const notStored = {
  web: 'is sent; nothing is stored, so that the next `getCredentials()` fails',
  ours: 'signs in, and is stored',
};
const stored = (method: string, byClass: string, deprecated = '') =>
  everywhere(method, byClass, {
    web: notStored.web + deprecated,
    native: works + deprecated,
    ours: notStored.ours + deprecated,
  });
const warns = '; deprecated, with a warning';

function myAccount(name: string): MethodRow {
  const sends = {
    ...test('my-account', 'sends what section 16 says, and answers in camelCase'),
    isTable: true as const,
  };
  return {
    method: `myAccount.${name}`,
    byClass: `myAccount.${name}`,
    browser: { theirs: works, ours: works, test: inBrowser(`myAccount.${name}`) },
    native: { theirs: works, ours: works, test: sends },
    node: { ours: works, test: sends },
  };
}

function passkeys(name: string, theirs: string, ours: string, title: string): MethodRow {
  return {
    method: name,
    byClass: name,
    browser: { theirs, ours, test: inBrowser(name) },
    native: { theirs: 'works from iOS 16.6 and Android 9', ours, test: test('passkeys', title) },
    node: { ours, test: test('passkeys', title) },
  };
}

export const methodRows: readonly MethodRow[] = [
  {
    method: 'authorize',
    byClass: 'webAuth.authorize',
    browser: {
      theirs: 'redirects; the promise never settles; options are ignored',
      ours: 'redirects, or opens a popup and resolves; `appState` comes back',
      test: inBrowser('authorize'),
    },
    native: {
      theirs: 'opens the system’s browser',
      ours: 'opens the system’s browser',
      test: nativeTest('signs in by the system’s browser, with a key of its own, and reads names as they are written'),
    },
    node: {
      ours: 'opens the system’s browser, and listens on this machine',
      test: test('platform-node/login', 'opens the system’s browser, and the session is there for the next process'),
    },
  },
  {
    method: 'clearSession',
    byClass: 'webAuth.clearSession',
    browser: { theirs: works, ours: 'works, in every tab', test: inBrowser('clearSession') },
    native: {
      theirs: works,
      ours: 'works; closed by the person it changes nothing',
      test: nativeTest('signs out, and forgets'),
    },
    node: {
      ours: 'works',
      test: test('login', 'known failure 1c-27: a cancelled logout leaves everything as it was'),
    },
  },
  {
    method: 'cancelWebAuth',
    byClass: 'webAuth.cancelWebAuth',
    browser: { theirs: 'does nothing', ours: 'closes a popup; else does nothing', test: inBrowser('cancelWebAuth') },
    native: { theirs: works, ours: works, test: nativeTest('ends a login on screen') },
    node: {
      ours: works,
      test: test('platform-node/login', 'a login that nobody finishes ends by cancelWebAuth or the timeout'),
    },
  },
  {
    method: 'resumeSession',
    byClass: 'webAuth.resumeSession',
    browser: { theirs: 'null', ours: 'null, or the login that waits in the address', test: inBrowser('resumeSession') },
    native: {
      theirs: 'null on iOS; once on Android',
      ours: 'once, on both',
      test: {
        file: 'native/sdk/device.test.tsx',
        title: 'known failure 1d-33: a login goes on in the next start when the system ended the app meanwhile',
      },
    },
    node: {
      ours: 'once',
      test: test(
        'login',
        'known failure 1d-33: a new process finishes the login by resumeSession, once; a stale one expires',
      ),
    },
  },
  {
    method: 'saveCredentials',
    byClass: 'credentialsManager.saveCredentials',
    browser: { theirs: 'does nothing but warn', ours: 'stores them', test: inBrowser('saveCredentials') },
    native: {
      theirs: works,
      ours: works,
      test: test('session', 'stores without setting the user, and refuses what is no credentials'),
    },
    node: { ours: works, test: test('session', 'stores without setting the user, and refuses what is no credentials') },
  },
  {
    method: 'getCredentials',
    byClass: 'credentialsManager.getCredentials',
    browser: {
      theirs: 'ignores `minTtl`; no `refreshToken`; `expiresAt` is that of the ID token',
      ours: 'as documented; one renewal for all tabs',
      test: inBrowser('getCredentials'),
    },
    native: {
      theirs: 'on iOS `forceRefresh` drops scope and `minTtl`',
      ours: 'as documented',
      test: nativeTest('is still signed in when the app starts anew, and renews once for many'),
    },
    node: {
      ours: 'as documented; one renewal for all processes',
      test: test('platform-node/login', 'opens the system’s browser, and the session is there for the next process'),
    },
  },
  {
    method: 'hasValidCredentials',
    byClass: 'credentialsManager.hasValidCredentials',
    browser: { theirs: 'ignores `minTtl`', ours: works, test: inBrowser('hasValidCredentials') },
    native: {
      theirs: works,
      ours: works,
      test: test('session', 'NO_REFRESH_TOKEN where there is none and the fallback is off'),
    },
    node: { ours: works, test: test('session', 'NO_REFRESH_TOKEN where there is none and the fallback is off') },
  },
  {
    method: 'clearCredentials',
    byClass: 'credentialsManager.clearCredentials',
    browser: { theirs: works, ours: 'works, in every tab', test: inBrowser('clearCredentials') },
    native: {
      theirs: works,
      ours: works,
      test: test('session', 'S19: signing out in one signs out in all, and no leftover mints a token'),
    },
    node: {
      ours: works,
      test: test('session', 'S19: signing out in one signs out in all, and no leftover mints a token'),
    },
  },
  everywhere('getApiCredentials', 'credentialsManager.getApiCredentials', { web: 'ignores `minTtl`' }),
  {
    method: 'clearApiCredentials',
    byClass: 'credentialsManager.clearApiCredentials',
    browser: { theirs: 'does nothing but warn', ours: works, test: inBrowser('clearApiCredentials') },
    native: {
      theirs: works,
      ours: works,
      test: test(
        'api-credentials',
        'clearApiCredentials forgets that one; with a scope, only if it was asked for with that',
      ),
    },
    node: {
      ours: works,
      test: test(
        'api-credentials',
        'clearApiCredentials forgets that one; with a scope, only if it was asked for with that',
      ),
    },
  },
  everywhere('getSSOCredentials', 'credentialsManager.getSSOCredentials', {
    web: 'rejects with `unsupported_operation`',
    native: 'works; headers on iOS alone',
    oursInWeb: 'rejects with `unsupported_operation`',
  }),
  everywhere('ssoExchange', 'auth.ssoExchange', {
    web: 'rejects with `UnsupportedOperation`',
    oursInWeb: 'rejects with `unsupported_operation`',
  }),
  {
    ...everywhere('getDPoPHeaders', 'getDPoPHeaders'),
    native: { theirs: works, ours: works, test: nativeTest('makes proofs for requests') },
  },
  stored('loginWithPasswordRealm', 'auth.passwordRealm'),
  everywhere('createUser', 'auth.createUser'),
  everywhere('resetPassword', 'auth.resetPassword'),
  stored('authorizeWithExchange', 'auth.exchange'),
  stored('authorizeWithExchangeNativeSocial', 'auth.exchangeNativeSocial'),
  everywhere('customTokenExchange', 'customTokenExchange'),
  everywhere('sendEmailCode', 'auth.passwordlessWithEmail'),
  stored('authorizeWithEmail', 'auth.loginWithEmail'),
  everywhere('sendSMSCode', 'auth.passwordlessWithSMS'),
  stored('authorizeWithSMS', 'auth.loginWithSMS'),
  everywhere('sendMultifactorChallenge', 'auth.multifactorChallenge', {
    web: `works${warns}`,
    native: `works${warns}`,
    ours: 'works; `@deprecated`',
  }),
  stored('authorizeWithOOB', 'auth.loginWithOOB', '; deprecated'),
  stored('authorizeWithOTP', 'auth.loginWithOTP', '; deprecated'),
  stored('authorizeWithRecoveryCode', 'auth.loginWithRecoveryCode', '; deprecated'),
  everywhere('revokeRefreshToken', 'auth.revoke'),
  everywhere('mfa.getAuthenticators', 'mfa.getAuthenticators', {
    native: 'a filter drops what has no `type`; Android cannot tell `sms` from `voice`',
  }),
  everywhere('mfa.enroll', 'mfa.enroll', { native: '`voice` enrols SMS; no `oobCode` for push on Android' }),
  everywhere('mfa.challenge', 'mfa.challenge'),
  everywhere('mfa.verify', 'mfa.verify', { web: 'only for a token that this client has seen' }),
  everywhere('passwordless.challengeWithEmail', 'passwordless.challengeWithEmail', {
    web: 'rejects with `UnsupportedOperation`',
  }),
  everywhere('passwordless.challengeWithPhoneNumber', 'passwordless.challengeWithPhoneNumber', {
    web: 'rejects with `UnsupportedOperation`',
  }),
  everywhere('passwordless.loginWithOTP', 'passwordless.loginWithOTP', { web: 'rejects with `UnsupportedOperation`' }),
  passkeys('passkeySignupChallenge', works, works, 'ask by the names of section 37, and leave out what says nothing'),
  passkeys('passkeyLoginChallenge', works, works, 'ask by the names of section 37, and leave out what says nothing'),
  passkeys(
    'getTokenByPasskey',
    'takes a `PublicKeyCredential` alone',
    'takes a `PublicKeyCredential` or JSON',
    'inside session.login stores the credentials',
  ),
  ...[
    'passkeyEnrollmentChallenge',
    'enrollPasskey',
    'enrollPhone',
    'enrollEmail',
    'enrollTOTP',
    'enrollPushNotification',
    'enrollRecoveryCode',
    'confirmPhoneEnrollment',
    'confirmEmailEnrollment',
    'confirmTOTPEnrollment',
    'confirmPushNotificationEnrollment',
    'confirmRecoveryCodeEnrollment',
    'getAuthenticationMethods',
    'getAuthenticationMethodById',
    'updateAuthenticationMethodById',
    'deleteAuthenticationMethodById',
    'getFactors',
  ].map(myAccount),
];
