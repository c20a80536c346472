/**
 * Where our types are not those of react-native-auth0 5.11.1, and why. `reference.test.ts` holds both packages to it: a
 * difference that is not here fails, and so does one that is here and is not there. docs/differences.md shows it.
 */
export interface TypeException {
  /** As `compareExports` says them. */
  readonly lines: readonly string[];
  /** What the documentation shows. */
  readonly what: string;
  readonly theirs: string;
  readonly ours: string;
  readonly why: string;
}

const errors = ['CredentialsManager', 'WebAuth', 'DPoP', 'Mfa', 'Passkey', 'MyAccount'].map((name) => `${name}Error`);
const openParameters = [
  'CreateUser',
  'ExchangeNativeSocial',
  'Exchange',
  'LoginEmail',
  'LoginOob',
  'LoginOtp',
  'LoginRecoveryCode',
  'LoginSms',
  'MfaChallenge',
  'PasswordRealm',
  'PasswordlessEmail',
  'PasswordlessSms',
  'RefreshToken',
  'ResetPassword',
  'SSOExchange',
  'UserInfo',
].map((name) => `${name}Parameters`);

export const typeExceptions: readonly TypeException[] = [
  {
    lines: [...openParameters, 'RevokeOptions', 'LogoutUrlParameters', 'Credentials'].map(
      (name) => `${name}: further keys`,
    ),
    what: 'parameters of `auth.*`, `LogoutUrlParameters`, `Credentials`',
    theirs: '`[key: string]: any`',
    ours: 'the names that mean something',
    why: 'Theirs sends no other name but for `logoutUrl`, so that another name is a slip, and the compiler says so.',
  },
  {
    lines: ['AuthorizeUrlParameters.headers: missing', 'LogoutUrlParameters.headers: missing'],
    what: '`AuthorizeUrlParameters`, `LogoutUrlParameters`',
    theirs: '`headers`',
    ours: 'none',
    why: 'They make a URL, and a URL has no headers: theirs would put `[object Object]` into it.',
  },
  {
    lines: [
      'TokenType: ours → theirs',
      'typeof TokenType.bearer: ours → theirs',
      'typeof TokenType.dpop: ours → theirs',
      'UserInfoParameters.tokenType: ours → theirs',
      'default.users(1): ours → theirs',
      'BiometricPolicy: ours → theirs',
      ...['always', 'appLifecycle', 'default', 'session'].map(
        (name) => `typeof BiometricPolicy.${name}: ours → theirs`,
      ),
    ],
    what: '`TokenType`, `BiometricPolicy`',
    theirs: '`enum`',
    ours: 'an object of the same values, and the union of them',
    why: 'A plain text is taken too, and nothing is left of a type at run time. A value of their enum is one of ours.',
  },
  {
    lines: ['LocalAuthenticationLevel', 'LocalAuthenticationStrategy', 'SafariViewControllerPresentationStyle'].map(
      (name) => `typeof ${name}: further keys`,
    ),
    what: '`LocalAuthenticationLevel`, `LocalAuthenticationStrategy`, `SafariViewControllerPresentationStyle`',
    theirs: '`enum`, which also finds a name by its number',
    ours: 'an object of the same values',
    why: 'Nothing asks for the name of a number.',
  },
  {
    lines: errors.filter((name) => name !== 'MyAccountError').map((name) => `${name}.type: theirs → ours`),
    what: '`error.type`',
    theirs: '`string`',
    ours: 'a union of its codes',
    why: 'A `switch` over it can be checked to be complete. It is a `string` all the same.',
  },
  {
    lines: ['AuthError', 'TimeoutError', 'MyAccountError'].map((name) => `${name}: theirs → ours`),
    what: '`AuthError`',
    theirs: '`status`, `code`, `json`',
    ours: 'also `mfaRequired`, `retryAfter`, `toJSON()`',
    why: 'They are there on every error, so an object without them is none of ours.',
  },
  {
    lines: ['AuthError', 'TimeoutError', ...errors].map((name) => `typeof ${name}.fromResponse: missing`),
    what: '`AuthError.fromResponse`',
    theirs: 'a static method',
    ours: 'none',
    why: 'It turns an answer of `fetch` into an error for the package itself; an app has none to give to it.',
  },
  {
    lines: [
      'typeof TimeoutError(0): theirs → ours',
      'typeof TimeoutError(0): ours → theirs',
      'typeof PasskeyError(0): theirs → ours',
      'typeof PasskeyError(1): theirs → ours',
    ],
    what: '`new TimeoutError(…)`, `new PasskeyError(…)`',
    theirs: 'a text; any error and any text',
    ours: 'milliseconds; an `AuthError` and one of the codes',
    why: 'An app catches these, it makes none.',
  },
  {
    lines: ['MfaRequiredErrorPayload.error: theirs → ours', 'MfaRequiredErrorPayload.errorDescription: required'],
    what: '`MfaRequiredErrorPayload`',
    theirs: '`error: string`, `errorDescription?: string`',
    ours: '`error: "mfa_required"`, `errorDescription: string`',
    why: 'It is always there, and never another error.',
  },
  {
    lines: ['MfaGetAuthenticatorsParameters: ours → theirs'],
    what: '`MfaGetAuthenticatorsParameters.factorsAllowed`',
    theirs: 'an array',
    ours: 'also a read-only one',
    why: 'It is not changed, so `as const` may be given.',
  },
  {
    lines: [
      'EnrollPasskeyParameters.authResponse: ours → theirs',
      'GetTokenByPasskeyParameters.authResponse: ours → theirs',
    ],
    what: '`authResponse` of passkeys',
    theirs: '`string` on iOS and Android, `PublicKeyCredential` in a browser',
    ours: 'either, or the JSON as an object, everywhere',
    why: 'One source runs on each platform.',
  },
  {
    lines: [
      'User.address: ours → theirs',
      'default.auth.createUser().address: ours → theirs',
      'typeof useAuth0().createUser().address: ours → theirs',
      'typeof useAuth0().user.address: ours → theirs',
    ],
    what: '`User.address`',
    theirs: '`string`',
    ours: '`string` or an object',
    why: 'An object by OpenID Connect Core 5.1.1: theirs says text and hands the object out.',
  },
  {
    lines: ['WebAuth0Options.cacheLocation: ours → theirs'],
    what: '`cacheLocation`',
    theirs: '`memory`, `localstorage`',
    ours: 'also `indexeddb`',
    why: 'A further place to keep tokens.',
  },
  {
    lines: ['WebAuthorizeParameters.additionalParameters: ours → theirs'],
    what: '`additionalParameters`',
    theirs: 'texts',
    ours: 'also numbers, booleans and `undefined`',
    why: '`max_age: 0` is written as one means it; `undefined` is left out.',
  },
  {
    lines: ['default.webAuth.authorize(0): may be absent', 'AuthorizeUrlParameters.responseType: may be absent'],
    what: '`webAuth.authorize()`, `AuthorizeUrlParameters.responseType`',
    theirs: 'required, be it `{}` or `code`',
    ours: 'may be left out',
    why: 'There is one thing to mean by nothing, and the hook’s `authorize()` has it so in both.',
  },
  {
    lines: ['default.webAuth.handleRedirectCallback(): ours → theirs'],
    what: '`webAuth.handleRedirectCallback`',
    theirs: 'resolves with nothing',
    ours: 'resolves with `{ appState }`',
    why: 'What was given to `authorize` is wanted here.',
  },
];
