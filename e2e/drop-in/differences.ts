/**
 * Where our requests from a browser are not those of react-native-auth0's web build, and why. `drop-in.test.ts` holds both to it:
 * a difference that is not here fails, and so does one that is here and is not there. docs/differences.md shows it.
 */
export interface WebDifference {
  /** Names of `calls.ts`. */
  readonly calls: readonly string[];
  /** As `compareRecordings` says it: their value, and ours. */
  readonly line: string;
  readonly what: string;
  readonly why: string;
}

export const webDifferences: readonly WebDifference[] = [
  ...because(
    '`auth0-client`, `auth0Client`',
    'It says who calls; theirs is of three packages, and of none for `myAccount`.',
    {
      'header auth0-client: auth0-spa-js → postern': [
        'authorize, every parameter',
        'authorize, without refresh tokens',
        'getCredentials, silent',
        'getApiCredentials, silent',
        'authorize',
        'getCredentials, forced',
        'getApiCredentials',
        'customTokenExchange',
        'mfa.verify',
      ],
      'query auth0Client: auth0-spa-js → postern': [
        'authorize, every parameter',
        'authorize, without refresh tokens',
        'getCredentials, silent',
        'getApiCredentials, silent',
        'authorize',
      ],
      'header auth0-client: react-native-auth0 → postern': [
        'auth0.auth.userInfo',
        'revokeRefreshToken',
        'loginWithPasswordRealm',
        'createUser',
        'resetPassword',
        'sendEmailCode',
        'authorizeWithEmail',
        'sendSMSCode',
        'authorizeWithSMS',
        'authorizeWithExchange',
        'authorizeWithExchangeNativeSocial',
        'sendMultifactorChallenge',
        'authorizeWithOTP',
        'authorizeWithOOB',
        'authorizeWithRecoveryCode',
        'auth0.users.getUser',
        'auth0.users.patchUser',
      ],
      'header auth0-client: @auth0/auth0-auth-js → postern': [
        'mfa.getAuthenticators',
        'mfa.enroll',
        'mfa.challenge',
        'passkeySignupChallenge',
        'passkeyLoginChallenge',
      ],
      'header auth0-client: none → postern': [
        'myAccount.passkeyEnrollmentChallenge',
        'myAccount.enrollPasskey',
        'myAccount.enrollPhone',
        'myAccount.enrollEmail',
        'myAccount.enrollTOTP',
        'myAccount.enrollPushNotification',
        'myAccount.enrollRecoveryCode',
        'myAccount.confirmPhoneEnrollment',
        'myAccount.confirmEmailEnrollment',
        'myAccount.confirmTOTPEnrollment',
        'myAccount.confirmPushNotificationEnrollment',
        'myAccount.confirmRecoveryCodeEnrollment',
        'myAccount.getAuthenticationMethods',
        'myAccount.getAuthenticationMethodById',
        'myAccount.updateAuthenticationMethodById',
        'myAccount.deleteAuthenticationMethodById',
        'myAccount.getFactors',
      ],
    },
  ),
  ...because(
    '`additionalParameters`',
    'Theirs sends the text `[object Object]`, and none of the parameters; on iOS and Android it does as we do.',
    {
      'query additionalParameters: [object Object] → none': ['authorize, every parameter'],
      'query login_hint: none → user@example.com': ['authorize, every parameter'],
      'query ui_locales: none → en': ['authorize, every parameter'],
    },
  ),
  ...because(
    '`domain`, `cacheLocation`, `useDPoP`, `useRefreshTokens`, `useMrrt`',
    'Options of the client, which theirs sends along with each login and renewal. They mean nothing to the tenant.',
    {
      'query cacheLocation: localstorage → none': ['authorize, every parameter', 'authorize'],
      'query domain: <tenant> → none': [
        'authorize, every parameter',
        'authorize, without refresh tokens',
        'getCredentials, silent',
        'getApiCredentials, silent',
        'authorize',
      ],
      'query useDPoP: false → none': ['authorize, every parameter'],
      'query useRefreshTokens: true → none': ['authorize, every parameter', 'authorize'],
      'query useRefreshTokens: false → none': [
        'authorize, without refresh tokens',
        'getCredentials, silent',
        'getApiCredentials, silent',
      ],
      'field domain: <tenant> → none': [
        'getCredentials, silent',
        'getApiCredentials, silent',
        'getCredentials, forced',
        'getApiCredentials',
      ],
      'field useRefreshTokens: false → none': ['getCredentials, silent', 'getApiCredentials, silent'],
      'query useMrrt: true → none': ['authorize'],
      'field cacheLocation: localstorage → none': ['getCredentials, forced', 'getApiCredentials'],
      'field useRefreshTokens: true → none': ['getCredentials, forced', 'getApiCredentials'],
    },
  ),
  ...because(
    '`maxAge`',
    '`max_age` is the name of it (OpenID Connect Core 3.1.2.1); theirs sends it under one that no server knows.',
    {
      'query maxAge: 3600 → none': ['authorize, every parameter'],
      'query max_age: none → 3600': ['authorize, every parameter'],
    },
  ),
  ...because('`nonce`', 'Theirs takes the parameter and sends a value of its own.', {
    'query nonce: <random> → mine-nonce': ['authorize, every parameter'],
  }),
  ...because('`response_mode`', '`query` is what a code comes by without it.', {
    'query response_mode: query → none': [
      'authorize, every parameter',
      'authorize, without refresh tokens',
      'authorize',
    ],
  }),
  ...because(
    '`scope` of a login and of a silent request',
    'As documented, and as on iOS and Android: what is given, and `openid`. Their web build adds `profile email` to it.',
    {
      'query scope: openid profile email offline_access read:notes → openid read:notes offline_access': [
        'authorize, every parameter',
      ],
      'query scope: openid profile email read:notes → openid read:notes': ['getApiCredentials, silent'],
    },
  ),
  ...because(
    '`checkWebSession`',
    'A session at the tenant is joined also where this client has not signed in before: that is single sign-on.',
    {
      'result: object → email emailVerified familyName givenName name nickname sub updatedAt': [
        'auth0.webAuth.getWebUser',
      ],
      'ours alone: GET /authorize (iframe)': ['auth0.webAuth.checkWebSession'],
      'ours alone: POST /oauth/token (fetch)': ['auth0.webAuth.checkWebSession'],
    },
  ),
  ...because(
    '`passwordless.*` in a browser',
    'Theirs refuses codes for databases in a browser; ours signs in with them.',
    {
      'ours alone: POST /oauth/token (fetch)': ['passwordless.loginWithOTP'],
      'ours alone: POST /otp/challenge (fetch)': [
        'passwordless.challengeWithEmail',
        'passwordless.challengeWithPhoneNumber',
      ],
      'outcome: rejects → resolves': ['passwordless.challengeWithEmail', 'passwordless.challengeWithPhoneNumber'],
    },
  ),
  ...because('`getTokenByPasskey` in a browser', 'A passkey as JSON text is taken in a browser, too.', {
    'ours alone: POST /oauth/token (fetch)': ['getTokenByPasskey'],
  }),
  ...because('`auth0Client` of a logout', 'A logout needs nothing but where to return to.', {
    'query auth0Client: auth0-spa-js → none': ['clearSession, federated', 'clearSession'],
  }),
  ...because(
    '`audience`, `redirect_uri`, `scope` of a renewal',
    'The refresh token knows them; RFC 6749 section 6 has no `redirect_uri` there.',
    {
      'field audience: https://api.postern.test → none': ['getCredentials, forced'],
      'field redirect_uri: <app> → none': ['getCredentials, forced', 'getApiCredentials'],
      'field scope: openid profile email read:notes offline_access → none': ['getCredentials, forced'],
    },
  ),
  ...because(
    '`scope` of `getApiCredentials`',
    'What another API was never asked for (`read:notes`, `offline_access`) is not asked of it.',
    {
      'field scope: openid profile email read:notes offline_access read:files → openid profile email read:files': [
        'getApiCredentials',
      ],
    },
  ),
  ...because(
    'a second request of `getApiCredentials`',
    'Theirs misses the scopes that are not of that API in the answer, and asks again by an iframe.',
    {
      'theirs alone: GET /authorize (iframe)': ['getApiCredentials'],
      'theirs alone: POST /oauth/token (fetch)': ['getApiCredentials'],
    },
  ),
  ...because('`content-type` of a GET', 'A request without content has no type of content.', {
    'header content-type: application/json → none': [
      'auth0.auth.userInfo',
      'mfa.getAuthenticators',
      'auth0.users.getUser',
    ],
  }),
  ...because('`token_type_hint` of a revocation', 'RFC 7009 section 2.1: it saves the server a search.', {
    'field token_type_hint: none → refresh_token': ['revokeRefreshToken'],
  }),
  ...because(
    '`content-type` of `auth.*`',
    'A form, as RFC 6749 and RFC 7009 ask for, and as their own client for the web sends it.',
    {
      'header content-type: application/json → application/x-www-form-urlencoded': [
        'revokeRefreshToken',
        'loginWithPasswordRealm',
        'authorizeWithEmail',
        'authorizeWithSMS',
        'authorizeWithExchange',
        'authorizeWithExchangeNativeSocial',
        'authorizeWithOTP',
        'authorizeWithOOB',
        'authorizeWithRecoveryCode',
      ],
    },
  ),
  ...because(
    '`refreshToken` of `getCredentials()` in a browser',
    'It is what `revokeRefreshToken` and the methods of one’s own server take; on iOS and Android theirs hands it out, too.',
    {
      'result: accessToken expiresAt idToken scope tokenType → accessToken expiresAt idToken refreshToken scope tokenType':
        ['getCredentials', 'getCredentials, forced'],
    },
  ),
  ...because(
    '`nonce` of a proof for an API',
    'A nonce is for the server that gave it (RFC 9449 section 8.2). Theirs puts that of the tenant into the proof for any API.',
    {
      'result: Authorization DPoP (ES256: ath htm htu iat jti nonce) → Authorization DPoP (ES256: ath htm htu iat jti)':
        ['getDPoPHeaders'],
    },
  ),
];

function because(what: string, why: string, lines: Readonly<Record<string, readonly string[]>>): WebDifference[] {
  return Object.entries(lines).map(([line, calls]) => ({ calls, line, what, why }));
}
