import { asPasskeyError } from './errors/as-passkey-error.ts';
import { AuthError } from './errors/auth-error.ts';
import { PasskeyError } from './errors/passkey-error.ts';
import { askForPasskey, canUsePasskeys } from './platform/browser/passkeys.ts';
import { parseOptions } from './protocol/webauthn.ts';
import type {
  Credentials,
  EnrollPasskeyParameters,
  GetTokenByPasskeyParameters,
  IMyAccountClient,
  PasskeyAuthenticationMethod,
  PasskeyChallengeResponse,
  PasskeyCredential,
  PasskeyEnrollmentChallengeParameters,
  PasskeyLoginChallengeParameters,
  PasskeyOptions,
  PasskeySignupChallengeParameters,
} from './types/index.ts';

/** What the passkey functions ask: a client, or what `useAuth0` gives, whose logins are stored. */
export interface PasskeySource {
  readonly passkeySignupChallenge: (parameters: PasskeySignupChallengeParameters) => Promise<PasskeyChallengeResponse>;
  readonly passkeyLoginChallenge: (parameters: PasskeyLoginChallengeParameters) => Promise<PasskeyChallengeResponse>;
  readonly getTokenByPasskey: (parameters: GetTokenByPasskeyParameters) => Promise<Credentials>;
  readonly myAccount: Pick<IMyAccountClient, 'passkeyEnrollmentChallenge' | 'enrollPasskey'>;
}

/** How the browser asks the person. */
export interface PasskeyPrompt {
  /** Ends the asking; the promise then rejects with code `passkey_cancelled`. */
  readonly signal?: AbortSignal;
  /** `conditional`: offered where the person types their name (`autocomplete="username webauthn"`), and not by a window. */
  readonly mediation?: 'optional' | 'required' | 'silent' | 'conditional';
}

/** What all logins may ask for. */
type Asked = Pick<GetTokenByPasskeyParameters, 'audience' | 'scope'>;

/**
 * Signs somebody up with a new passkey, in a browser, and in with it.
 *
 * @throws PasskeyError `PASSKEY_NOT_AVAILABLE` no passkeys here; code `passkey_cancelled` the person did not want to, or took
 * too long; code `passkey_exists` this device has one already; and as `passkeySignupChallenge` and `getTokenByPasskey`.
 * @example
 * await auth0.session.login(() => signUpWithPasskey(auth0, { email: 'new@example.com' }));
 */
export async function signUpWithPasskey(
  source: Pick<PasskeySource, 'passkeySignupChallenge' | 'getTokenByPasskey'>,
  parameters: PasskeySignupChallengeParameters & Asked,
  prompt: PasskeyPrompt = {},
): Promise<Credentials> {
  const { audience, scope, ...profile } = parameters;
  requirePasskeys();
  const { authSession, authParamsPublicKey } = await source.passkeySignupChallenge(profile);
  return source.getTokenByPasskey({
    ...askedFor(parameters),
    authSession,
    authResponse: await promptFor('create', authParamsPublicKey, prompt),
  });
}

/**
 * Signs somebody in with a passkey, in a browser. Which one, the browser asks.
 *
 * @throws PasskeyError as `signUpWithPasskey`.
 * @example
 * const session = useAuth0();
 * await signInWithPasskey(session, { realm: 'Username-Password-Authentication' });
 */
export async function signInWithPasskey(
  source: Pick<PasskeySource, 'passkeyLoginChallenge' | 'getTokenByPasskey'>,
  parameters: PasskeyLoginChallengeParameters & Asked = {},
  prompt: PasskeyPrompt = {},
): Promise<Credentials> {
  const { audience, scope, ...where } = parameters;
  requirePasskeys();
  const { authSession, authParamsPublicKey } = await source.passkeyLoginChallenge(where);
  return source.getTokenByPasskey({
    ...askedFor(parameters),
    authSession,
    authResponse: await promptFor('get', authParamsPublicKey, prompt),
  });
}

/**
 * Adds a passkey to the account of whoever is signed in, in a browser.
 *
 * @param parameters With an access token for the My Account API, scope `create:me:authentication_methods`.
 * @throws PasskeyError as `signUpWithPasskey`, `myAccount.passkeyEnrollmentChallenge` and `myAccount.enrollPasskey`.
 * @example
 * const audience = 'https://example.eu.auth0.com/me/';
 * const scope = 'create:me:authentication_methods';
 * const { accessToken } = await auth0.credentialsManager.getApiCredentials(audience, scope);
 * const { id } = await addPasskey(auth0, { accessToken });
 */
export async function addPasskey(
  source: Pick<PasskeySource, 'myAccount'>,
  parameters: PasskeyEnrollmentChallengeParameters,
  prompt: PasskeyPrompt = {},
): Promise<PasskeyAuthenticationMethod> {
  requirePasskeys();
  const challenge = await source.myAccount.passkeyEnrollmentChallenge(parameters);
  const enrollment: EnrollPasskeyParameters = {
    ...challenge,
    accessToken: parameters.accessToken,
    authResponse: await promptFor('create', challenge.authParamsPublicKey, prompt),
  };
  return source.myAccount.enrollPasskey(enrollment);
}

const askedFor = ({ audience, scope, realm, organization }: GetTokenAsked) => ({
  ...(audience ? { audience } : {}),
  ...(scope ? { scope } : {}),
  ...(realm ? { realm } : {}),
  ...(organization ? { organization } : {}),
});
type GetTokenAsked = Pick<GetTokenByPasskeyParameters, 'audience' | 'scope' | 'realm' | 'organization'>;

/** Before anything is asked of the tenant. */
function requirePasskeys(): void {
  if (!canUsePasskeys())
    throw new PasskeyError(failure('NotSupported', 'This browser has no passkeys.', 'passkey_not_supported'));
}

const promptFor = asPasskeyError(
  'PASSKEY_UNKNOWN_ERROR',
  async (does: 'create' | 'get', options: PasskeyOptions, prompt: PasskeyPrompt): Promise<PasskeyCredential> => {
    const request: object = { publicKey: parseOptions(options), ...prompt };
    const credential = await askForPasskey(does, request).catch((cause: unknown) => {
      throw toFailure(cause, prompt.signal);
    });
    if (credential) return credential;
    throw cancelled();
  },
);

/** By the names that WebAuthn gives them; a prompt that was refused and one that ran out are one there. */
function toFailure(cause: unknown, signal?: AbortSignal): AuthError {
  const { name, message } = (cause ?? {}) as Partial<DOMException>;
  // A signal that ends the asking gives a reason of its own, whatever that is.
  if (signal?.aborted || name === 'NotAllowedError' || name === 'AbortError') return cancelled(cause);
  if (name === 'InvalidStateError')
    return failure('PasskeyExists', 'This device has a passkey of this account already.', 'passkey_exists', cause);
  if (name === 'NotSupportedError') return failure(name, message ?? '', 'passkey_not_supported', cause);
  return failure(name ?? 'PasskeyError', message ?? 'The passkey failed.', 'passkey_failed', cause);
}

const cancelled = (cause?: unknown) => failure('UserCancelled', 'No passkey was used.', 'passkey_cancelled', cause);

const failure = (name: string, message: string, code: string, cause?: unknown) =>
  new AuthError(name, message, { code, cause });
