/** What each error means and what to do about it; `docs/errors.md` is written from it. */

/** Cause, and remedy. */
export type Advice = readonly [cause: string, remedy: string];

const notOurs: Advice = [
  'Not made by Postern; kept so that code written for react-native-auth0 compiles.',
  'Nothing to do.',
];
const keyLost: Advice = [
  'The key that the tokens are bound to was evicted by the browser, or is not theirs.',
  'The session is over: sign in again.',
];

export const webAuthAdvice: Readonly<Record<string, Advice>> = {
  USER_CANCELLED: ['The person closed the window or the browser.', 'Say nothing; offer to sign in again.'],
  ACCESS_DENIED: [
    'The tenant refused: the person declined, a rule denied it, or nobody is signed in and `prompt` was `none`.',
    'Show `message`, the tenant’s own text; after `login_required` call `authorize()` without `prompt`.',
  ],
  NETWORK_ERROR: ['No answer from the tenant.', 'Check `domain` and the network; offer to try again.'],
  ID_TOKEN_VALIDATION_FAILED: [
    'The ID token is for another client, issuer or login, or its times are off.',
    'Look at `message` and at the clock of the device (`leeway`); compare `domain` and `clientId` with the tenant’s.',
  ],
  BIOMETRICS_CONFIGURATION_ERROR: ['`localAuthenticationOptions` have no `title`.', 'Give one.'],
  BROWSER_NOT_AVAILABLE: [
    'No browser can be opened, or the popup was blocked.',
    'Call `authorize` straight from a click; in a terminal use `auth.deviceAuthorization`.',
  ],
  FAILED_TO_LOAD_URL: ['The system’s browser did not open.', 'Offer to try again; `cause` has what the system said.'],
  BROWSER_TERMINATED: notOurs,
  NO_BUNDLE_IDENTIFIER: [
    'The app’s identifier is not known, and the callback address is made of it.',
    '`npx expo install expo-application`, or give `bundleIdentifier`.',
  ],
  TRANSACTION_ACTIVE_ALREADY: ['Another login is on screen.', 'Wait for it, or `cancelWebAuth()`.'],
  NO_AUTHORIZATION_CODE: [
    'The address that came back has no `code`.',
    'Call `handleRedirectCallback` with the address of the callback only.',
  ],
  PKCE_NOT_ALLOWED: notOurs,
  INVALID_INVITATION_URL: [
    '`invitationUrl` lacks `invitation` or `organization`.',
    'Pass the whole address from the invitation.',
  ],
  INVALID_STATE: [
    'The answer belongs to no login that this app began: an old link, a reload, another browser.',
    'Begin a new login. If it happens always, the callback is on another origin than the start.',
  ],
  INVALID_CALLBACK_URL: ['`redirectUrl` is no address the app can receive.', 'See the callback URLs of your platform.'],
  TIMEOUT_ERROR: ['The tenant did not answer within `timeout`.', 'Offer to try again.'],
  CONSENT_REQUIRED: [
    'The tenant wants to ask for consent, and the login was silent.',
    'Call `authorize()`: the page asks.',
  ],
  INVALID_CONFIGURATION: [
    'An option cannot be right: a plain http `domain`, a tenant whose issuer is another, a missing module.',
    '`message` says which; correct it.',
  ],
  UNKNOWN_ERROR: ['A code without a type of its own.', 'Look at `code` and `message`.'],
};

export const credentialsManagerAdvice: Readonly<Record<string, Advice>> = {
  INVALID_CREDENTIALS: ['`saveCredentials` was given no access token or no expiry.', 'Pass what a login gave, whole.'],
  NO_CREDENTIALS: [
    'Nobody is signed in.',
    'Call `authorize()`. Without React, `auth0.session.start()` comes first: it finds a session again that is kept in `memory`.',
  ],
  NO_REFRESH_TOKEN: [
    'The access token is due and there is nothing to renew it with.',
    'Allow refresh tokens for the client at the tenant, or sign in again.',
  ],
  RENEW_FAILED: [
    'The tenant refused to renew; `code` says why. With `invalid_grant` it ended the grant and the session is over; else it stays.',
    '`invalid_grant`: sign in again. `mfa_required`: see the guide on second factors. `a0.session.invalid_idtoken`: check the clock.',
  ],
  STORE_FAILED: [
    'The storage refused: full, forbidden or locked. The session stays; of a sign-out, some of what it is to remove may be left.',
    "Try again: a renewal that was not stored is not lost, and each start removes what a sign-out left. Or use `cacheLocation: 'memory'`.",
  ],
  REVOKE_FAILED: notOurs,
  LARGE_MIN_TTL: [
    'The tenant’s tokens never live as long as `minTtl` asks; the renewed token is kept.',
    'Ask for less, or raise the lifetime of tokens at the tenant.',
  ],
  SESSION_EXPIRED: ['The ceiling of the session is reached.', 'Sign in again.'],
  CREDENTIAL_MANAGER_ERROR: ['A module of Expo that is needed is not installed.', 'Install the one `message` names.'],
  BIOMETRICS_FAILED: [
    'The person did not pass the prompt of the system, or it cannot be shown; `code` says which.',
    'Offer to try again, or to set up a screen lock.',
  ],
  NO_NETWORK: ['No answer from the tenant. The session stays.', 'Try again later; see the guide on being offline.'],
  API_ERROR: [
    'The tenant failed or refused the request. The session stays.',
    'Look at `status` and `message`; try again later.',
  ],
  API_EXCHANGE_FAILED: [
    'The refresh token gives no token for this API.',
    'Allow the API by a multi-resource policy at the tenant, or sign in with its `audience`.',
  ],
  INCOMPATIBLE_DEVICE: ['The device has no secure store.', "Use `cacheLocation: 'memory'`."],
  CRYPTO_EXCEPTION: ['What is in the secure store cannot be read.', 'Sign in again.'],
  DPOP_KEY_MISSING: keyLost,
  DPOP_NOT_CONFIGURED: [
    'Bound tokens are stored and `useDPoP` was switched off. The tokens stay.',
    'Switch it on again, or sign in again.',
  ],
  DPOP_KEY_MISMATCH: keyLost,
  UNKNOWN_ERROR: ['A code without a type of its own.', 'Look at `code` and `message`.'],
};

export const dpopAdvice: Readonly<Record<string, Advice>> = {
  DPOP_GENERATION_FAILED: notOurs,
  DPOP_PROOF_FAILED: ['The engine could not sign.', 'Look at `cause`; sign in again if it stays.'],
  DPOP_KEY_GENERATION_FAILED: [
    'The engine could not make or keep a key.',
    'Serve the page over https (Web Crypto needs it), or switch `useDPoP` off.',
  ],
  DPOP_KEY_STORAGE_FAILED: notOurs,
  DPOP_KEY_RETRIEVAL_FAILED: ['The key could not be read, or is gone.', 'Try again; sign in again if it stays.'],
  DPOP_NONCE_MISMATCH: notOurs,
  DPOP_INVALID_TOKEN_TYPE: [
    'The tenant announces bound tokens and answered with a Bearer token.',
    'Require DPoP for the client at the tenant, or set `allowBearerDowngrade`.',
  ],
  DPOP_MISSING_PARAMETER: [
    '`getDPoPHeaders` was called without `url`, `method`, `accessToken` or `tokenType`.',
    'Pass all of them.',
  ],
  DPOP_CLEAR_KEY_FAILED: [
    'Reaches no app: a key that stays after a sign-out binds nothing any more.',
    'Nothing to do.',
  ],
  UNKNOWN_DPOP_ERROR: ['A code without a type of its own.', 'Look at `code` and `message`.'],
};

export const mfaAdvice: Readonly<Record<string, Advice>> = {
  INVALID_OTP: ['The code of the authenticator app is wrong.', 'Ask again.'],
  INVALID_OOB_CODE: ['The challenge is not known any more.', '`mfa.challenge` again.'],
  INVALID_BINDING_CODE: ['The code that was sent is wrong.', 'Ask again.'],
  INVALID_RECOVERY_CODE: ['The recovery code is wrong or spent.', 'Ask again.'],
  ENROLLMENT_FAILED: ['The factor could not be set up.', 'Look at `message`.'],
  INVALID_PHONE_NUMBER: ['The number is not one in international form.', 'Ask for `+`, country and number.'],
  INVALID_EMAIL: ['The address is none.', 'Ask again.'],
  EXPIRED_MFA_TOKEN: ['The login took too long.', 'Begin it again.'],
  INVALID_MFA_TOKEN: ['The `mfaToken` is spent or of another login.', 'Begin the login again.'],
  TOO_MANY_ATTEMPTS: ['Blocked for now.', 'Wait; `retryAfter` says how long, where the tenant tells.'],
  CHALLENGE_FAILED: ['The code could not be sent.', 'Offer another factor (`mfa.getAuthenticators`).'],
  AUTHENTICATOR_NOT_FOUND: ['There is no factor of this id.', 'Ask `mfa.getAuthenticators` again.'],
  UNSUPPORTED_FACTOR: ['The tenant does not allow this kind of factor.', 'Offer those of `mfaRequirements`.'],
  ASSOCIATION_REQUIRED: ['The person has no second factor yet.', '`mfa.enroll` one.'],
  MFA_ERROR: [
    'Most often a wrong code; push logins that are not answered yet have `authorization_pending`.',
    'Ask again.',
  ],
  UNKNOWN_MFA_ERROR: ['A code without a type of its own.', 'Look at `code` and `message`.'],
};

export const passkeyAdvice: Readonly<Record<string, Advice>> = {
  PASSKEY_NOT_AVAILABLE: [
    'This browser or page cannot use passkeys.',
    'Offer another way in; ask `canUsePasskeys()` first.',
  ],
  PASSKEY_CHALLENGE_FAILED: [
    'The tenant refused to begin; `message` is its text.',
    'Enable passkeys for the connection and the grant for the client.',
  ],
  PASSKEY_EXCHANGE_FAILED: ['The tenant did not take the passkey.', 'Offer to try again, or another way in.'],
  PASSKEY_INVALID_CREDENTIAL: [
    '`authResponse` is no credential.',
    'Pass what the browser or the system gave, or its JSON.',
  ],
  PASSKEY_UNSUPPORTED_PLATFORM: notOurs,
  PASSKEY_INVALID_PARAMETER: ['A parameter is missing; nothing was sent.', '`message` says which.'],
  PASSKEY_MFA_REQUIRED: ['The tenant asks for a second factor as well.', 'Go on with `error.mfaRequired`.'],
  PASSKEY_UNKNOWN_ERROR: [
    'The dialogue failed: `passkey_cancelled` by the person, `passkey_exists` because this device has one, `passkey_failed` otherwise.',
    'Branch on `code`; say nothing to somebody who changed their mind.',
  ],
};

export const myAccountAdvice: Readonly<Record<string, Advice>> = {
  INVALID_PARAMETER: ['A parameter is missing; nothing was sent.', '`message` says which.'],
  INVALID_REQUEST: ['The API did not accept the values.', 'Show `validationErrors`.'],
  UNAUTHORIZED: ['The access token is too old or for another audience.', 'Get one for `https://{domain}/me/`.'],
  FORBIDDEN: ['A scope is missing.', 'Ask `getApiCredentials` for the scope the method names.'],
  NOT_FOUND: ['There is no such factor or passkey.', 'Read the list again.'],
  CONFLICT: ['It is there already.', 'Read the list again.'],
  TOO_MANY_REQUESTS: ['Too many requests.', 'Wait.'],
  NO_NETWORK: ['No answer.', 'Try again later.'],
  SERVER_ERROR: ['The tenant failed.', 'Try again later.'],
  UNKNOWN_ERROR: ['Another status than these.', 'Look at `statusCode` and `detail`.'],
};

/** Codes of errors without a type: those of `auth.*`, `createUser`, `createFetch`, and of the passkey dialogue. */
export const plainAdvice: Readonly<Record<string, Advice>> = {
  missing_parameters: ['A parameter is missing; nothing was sent.', '`message` says which.'],
  invalid_parameters: ['A parameter cannot be right; nothing was sent.', '`message` says which.'],
  invalid_grant: ['Wrong password, code or token.', 'Ask again; do not say which of the two was wrong.'],
  mfa_required: ['The tenant asks for a second factor.', 'Go on with `error.mfaRequired`.'],
  too_many_attempts: [
    'The account or address is blocked for now.',
    'Wait; `retryAfter` is how long, in seconds, where the tenant says.',
  ],
  too_many_requests: ['Too many requests.', 'Wait for `retryAfter` seconds.'],
  requires_verification: [
    'The tenant takes the caller for a robot.',
    '`authorize` with `connection` and `login_hint`.',
  ],
  password_leaked: [
    'The password is known from a breach; the tenant has sent a mail.',
    'Tell the person to look for it.',
  ],
  access_denied: ['Refused by a rule of the tenant.', 'Show `message`.'],
  unauthorized: ['The user is blocked, or a rule refused.', 'Show `message`.'],
  invalid_password: [
    'The new password is too weak, too common or was used before.',
    'Show `passwordRulesOf(error)`, or `message`.',
  ],
  invalid_signup: ['The address is taken, or signing up is not allowed.', 'Offer to sign in.'],
  user_exists: ['The user is there already.', 'Offer to sign in.'],
  username_exists: ['The user name is taken.', 'Ask for another.'],
  unauthorized_client: ['The client does not have this grant enabled.', 'Enable it at the tenant.'],
  authorization_pending: ['The person has not answered on the other device yet.', 'Ask again after the interval.'],
  slow_down: ['Asked too often.', 'Add five seconds to the interval.'],
  expired_token: ['The device code is too old.', 'Begin again.'],
  network_error: ['No answer.', 'Offer to try again.'],
  timeout: ['No answer within `timeout`.', 'Offer to try again.'],
  invalid_response: [
    'The answer is not what the protocol says: a proxy’s page, perhaps.',
    'Check `domain` and what is between.',
  ],
  invalid_configuration: ['The engine lacks something the SDK needs.', '`message` says what to install.'],
  unsupported_operation: ['This platform does not have the method.', 'See the compatibility table.'],
  api_redirect: [
    'The API answered `createFetch` with a redirect; a token and its proof are for one address.',
    'Call the address it leads to.',
  ],
  passkey_failed: ['The browser’s passkey dialogue failed.', 'Look at `cause`; offer another way in.'],
};
