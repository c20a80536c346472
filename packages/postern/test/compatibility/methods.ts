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
  /** Default: the first case of the method in `e2e/methods`, which runs in Node and in Chromium. One of them at least calls it. */
  readonly tests?: readonly NamedTest[];
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
const inSdk = (name: string, title: string): NamedTest => ({ file: `e2e/sdk/${name}.test.ts`, title });
const nativeTest = (title: string): NamedTest => ({ file: 'native/sdk/provider.test.tsx', title });
const onNode = (title: string): NamedTest => ({ file: 'packages/postern/test/platform-node/login.test.ts', title });
const ownCredentials = inSdk(
  'direct-login',
  'credentials of the app’s own are stored by saveCredentials, and are there after a reload',
);
const apisCase: NamedTest = {
  file: 'e2e/methods/cases/api.ts',
  title: 'gives that API’s token, keeps it, and leaves the login’s and the user alone',
};
const acrossProcesses: NamedTest = {
  file: 'packages/postern/test/platform-node/storage.test.ts',
  title:
    'S19: a client asks what is stored at each use, since no other process tells it of a login, a renewal or a sign-out',
};
const test = (name: string, title: string): NamedTest => ({ file: `packages/postern/test/${name}.test.ts`, title });

const lifeAsked = test(
  'session',
  'hasValidCredentials asks nobody: a refresh token will do, or an access token that lives as long as is asked',
);

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
  ours: 'signs in; the hook stores it, the class within `session.login`',
};
const stored = (method: string, byClass: string, deprecated = '') =>
  everywhere(method, byClass, {
    web: notStored.web + deprecated,
    native: works + deprecated,
    ours: notStored.ours + deprecated,
  });
const warns = '; deprecated, with a warning';

const addressCase = 'sets up an address, which is listed, renamed and taken away';

/** Where no device makes a passkey, the tenant is one that takes what a test says. */
const accountRequest: NamedTest = {
  ...test('my-account', 'sends what section 16 says, and answers in camelCase'),
  isTable: true,
};

function myAccount(name: string, ...more: readonly string[]): MethodRow {
  const row = everywhere(`myAccount.${name}`, `myAccount.${name}`);
  if (more.length === 0) return row;
  const tests = more.map((title) => ({ file: 'e2e/methods/cases/my-account.ts', title }));
  return {
    ...row,
    browser: { ...row.browser, tests },
    native: { ...row.native, tests },
    node: { ...row.node, tests },
  };
}

function passkeys(name: string, theirs: string, ours: string, inChromium: string, title: string): MethodRow {
  return {
    method: name,
    byClass: name,
    browser: { theirs, ours, tests: [inBrowser(name), inSdk('passkeys', inChromium)] },
    native: { theirs: 'works from iOS 16.6 and Android 9', ours, tests: [test('passkeys', title)] },
    node: { ours, tests: [test('passkeys', title)] },
  };
}

export const methodRows: readonly MethodRow[] = [
  {
    method: 'authorize',
    byClass: 'webAuth.authorize',
    browser: {
      theirs: 'redirects; the promise never settles; options are ignored',
      ours: 'redirects, or opens a popup and resolves; `appState` comes back',
      tests: [
        inBrowser('authorize'),
        inSdk('popup', 'signs in without leaving the page'),
        inSdk('callback', 'known failure 1c-22: a callback is one token call, a user and no error'),
      ],
    },
    native: {
      theirs: 'opens the system’s browser',
      ours: 'opens the system’s browser',
      tests: [
        nativeTest('signs in by the system’s browser, with a key of its own, and reads names as they are written'),
      ],
    },
    node: {
      ours: 'opens the system’s browser, and listens on this machine',
      tests: [onNode('opens the system’s browser, and the session is there for the next process')],
    },
  },
  {
    method: 'clearSession',
    byClass: 'webAuth.clearSession',
    browser: {
      theirs: works,
      ours: 'works, in every tab',
      tests: [
        inSdk(
          'direct-login',
          'clearSession leaves the page for the logout, and comes back with nobody signed in, in every tab',
        ),
      ],
    },
    native: {
      theirs: works,
      ours: 'works; closed by the person it changes nothing',
      tests: [
        nativeTest('signs out, and forgets'),
        nativeTest('known failure 1c-27: a logout sheet that is closed leaves the person signed in'),
      ],
    },
    node: {
      ours: 'opens the logout in the system’s browser, and forgets',
      tests: [
        onNode('clearSession opens the tenant’s logout in the browser, and forgets; no login waits for resumeSession'),
      ],
    },
  },
  {
    method: 'cancelWebAuth',
    byClass: 'webAuth.cancelWebAuth',
    browser: {
      theirs: 'does nothing',
      ours: 'closes a popup; else does nothing',
      tests: [inBrowser('cancelWebAuth'), inSdk('popup', 'cancelWebAuth ends it')],
    },
    native: { theirs: works, ours: works, tests: [nativeTest('ends a login on screen')] },
    node: {
      ours: works,
      tests: [onNode('a login that nobody finishes ends by cancelWebAuth or the timeout')],
    },
  },
  {
    method: 'resumeSession',
    byClass: 'webAuth.resumeSession',
    browser: {
      theirs: 'null',
      ours: 'null, or the login that waits in the address',
      tests: [
        inSdk(
          'callback',
          'resumeSession takes up the login that waits in the address, once; where none waits it is null',
        ),
      ],
    },
    native: {
      theirs: 'null on iOS; once on Android',
      ours: 'once, on both',
      tests: [
        {
          file: 'native/sdk/device.test.tsx',
          title: 'known failure 1d-33: a login goes on in the next start when the system ended the app meanwhile',
        },
      ],
    },
    node: {
      ours: 'null: the callback comes to the process that waits for it',
      tests: [
        onNode('clearSession opens the tenant’s logout in the browser, and forgets; no login waits for resumeSession'),
      ],
    },
  },
  {
    method: 'saveCredentials',
    byClass: 'credentialsManager.saveCredentials',
    browser: { theirs: 'does nothing but warn', ours: 'stores them', tests: [ownCredentials] },
    native: {
      theirs: works,
      ours: works,
      tests: [test('session', 'stores without setting the user, and refuses what is no credentials')],
    },
    node: {
      ours: works,
      tests: [test('session', 'stores without setting the user, and refuses what is no credentials')],
    },
  },
  {
    method: 'getCredentials',
    byClass: 'credentialsManager.getCredentials',
    browser: {
      theirs: 'ignores `minTtl`; no `refreshToken`; `expiresAt` is that of the ID token',
      ours: 'as documented; one renewal for all tabs',
      tests: [
        inBrowser('getCredentials'),
        inSdk(
          'renewal',
          'known failure 1a-1, web peers 2, web peers 10, S16: 3 tabs x 20 calls with an expired token make one refresh',
        ),
      ],
    },
    native: {
      theirs: 'on iOS `forceRefresh` drops scope and `minTtl`',
      ours: 'as documented',
      tests: [nativeTest('is still signed in when the app starts anew, and renews once for many')],
    },
    node: {
      ours: 'as documented; one renewal for all processes',
      tests: [
        onNode('opens the system’s browser, and the session is there for the next process'),
        test(
          'platform-node/processes',
          'eight processes that ask at the end of a token make one refresh, and all get its token',
        ),
      ],
    },
  },
  {
    method: 'hasValidCredentials',
    byClass: 'credentialsManager.hasValidCredentials',
    browser: { theirs: 'ignores `minTtl`', ours: works, tests: [inBrowser('hasValidCredentials'), ownCredentials] },
    native: {
      theirs: works,
      ours: works,
      tests: [lifeAsked],
    },
    node: { ours: works, tests: [acrossProcesses, lifeAsked] },
  },
  {
    method: 'clearCredentials',
    byClass: 'credentialsManager.clearCredentials',
    browser: {
      theirs: works,
      ours: 'works, in every tab',
      tests: [
        inBrowser('clearCredentials'),
        inSdk('sign-out', 'web peers 5, S19: signing out in one tab signs the others out'),
      ],
    },
    native: {
      theirs: works,
      ours: works,
      tests: [{ file: 'native/sdk/device.test.tsx', title: 'leaves no token behind at sign-out' }],
    },
    node: { ours: works, tests: [acrossProcesses] },
  },
  everywhere('getApiCredentials', 'credentialsManager.getApiCredentials', { web: 'ignores `minTtl`' }),
  {
    method: 'clearApiCredentials',
    byClass: 'credentialsManager.clearApiCredentials',
    browser: { theirs: 'does nothing but warn', ours: works, tests: [apisCase] },
    native: {
      theirs: works,
      ours: works,
      tests: [
        test(
          'api-credentials',
          'clearApiCredentials forgets that one; with a scope, only if it was asked for with that',
        ),
      ],
    },
    node: { ours: works, tests: [apisCase] },
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
    native: { theirs: works, ours: works, tests: [nativeTest('makes proofs for requests')] },
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
  passkeys(
    'passkeySignupChallenge',
    works,
    works,
    'that signUpWithPasskey made is one, and signs in',
    'ask by the names of section 37, and leave out what says nothing',
  ),
  passkeys(
    'passkeyLoginChallenge',
    works,
    works,
    'is used step by step, as with react-native-auth0: %s',
    'ask by the names of section 37, and leave out what says nothing',
  ),
  passkeys(
    'getTokenByPasskey',
    'takes a `PublicKeyCredential` alone',
    'takes a `PublicKeyCredential` or JSON',
    'is used step by step, as with react-native-auth0: %s',
    'inside session.login stores the credentials',
  ),
  myAccount('passkeyEnrollmentChallenge'),
  {
    ...myAccount('enrollPasskey'),
    browser: {
      theirs: works,
      ours: works,
      tests: [
        inBrowser('myAccount.enrollPasskey'),
        inSdk('direct-login', 'lists it among what the person has set up, adds another device’s, and takes that away'),
      ],
    },
    native: { theirs: works, ours: works, tests: [accountRequest] },
    node: { ours: works, tests: [accountRequest] },
  },
  myAccount('enrollPhone'),
  myAccount('enrollEmail'),
  myAccount('enrollTOTP'),
  myAccount('enrollPushNotification'),
  myAccount('enrollRecoveryCode'),
  myAccount('confirmPhoneEnrollment', 'adds a phone, which is told a code'),
  myAccount('confirmEmailEnrollment', addressCase),
  myAccount('confirmTOTPEnrollment'),
  myAccount('confirmPushNotificationEnrollment', 'adds a device, once it says yes'),
  myAccount('confirmRecoveryCodeEnrollment', 'makes a code, which counts once it is confirmed'),
  myAccount('getAuthenticationMethods', addressCase),
  myAccount('getAuthenticationMethodById', addressCase),
  myAccount('updateAuthenticationMethodById', addressCase),
  myAccount('deleteAuthenticationMethodById', addressCase),
  myAccount('getFactors'),
];
