import { encodeBase64Url } from '../encoding/base64url.ts';
import { AuthError } from '../errors/auth-error.ts';

type Json = Readonly<Record<string, unknown>>;

/** What WebAuthn Level 3 has for it, where the browser is new enough. */
interface Parsers {
  readonly parseCreationOptionsFromJSON?: (options: Json) => object;
  readonly parseRequestOptionsFromJSON?: (options: Json) => object;
}

/**
 * A browser's `navigator.credentials` wants bytes where JSON has base64url; native credential managers want the JSON. The
 * bytes come with a `toJSON` that gives the JSON back.
 */
export function forThisEngine(options: Json): Record<string, unknown> {
  const parsers = findParsers();
  if (!parsers) return { ...options };
  return Object.defineProperty(parse(options, parsers), 'toJSON', { value: () => options });
}

/** Options that came as JSON, for `navigator.credentials`. Bytes stay as they are. */
export function parseOptions(options: Json): Record<string, unknown> {
  if (typeof options.challenge !== 'string') return options;
  return parse(options, findParsers() ?? {});
}

const findParsers = () => (globalThis as { PublicKeyCredential?: unknown }).PublicKeyCredential as Parsers | undefined;

/** Sign-up options name a user to be; those of a login do not. */
function parse(options: Json, parsers: Parsers): Record<string, unknown> {
  const native = options.user ? parsers.parseCreationOptionsFromJSON : parsers.parseRequestOptionsFromJSON;
  if (native) return { ...native.call(parsers, options) };
  const { user, challenge, allowCredentials, excludeCredentials } = options;
  const list = (name: string, credentials: unknown) =>
    Array.isArray(credentials) ? { [name]: credentials.map((one: Json) => ({ ...one, id: toBytes(one.id) })) } : {};
  return {
    ...options,
    challenge: toBytes(challenge),
    ...(user ? { user: { ...(user as Json), id: toBytes((user as Json).id) } } : {}),
    ...list('allowCredentials', allowCredentials),
    ...list('excludeCredentials', excludeCredentials),
  };
}

const toBytes = (text: unknown): ArrayBuffer =>
  Uint8Array.from(atob(String(text).replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0)).buffer;

/** The members of a response that the server reads: of a sign-up, then of a login. */
const members = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];

/**
 * A credential as the server takes it: from a browser's `PublicKeyCredential`, from its `toJSON()`, or from the JSON text that
 * native credential managers give.
 *
 * @throws AuthError `passkey_invalid_credential` it is none.
 */
export function toCredentialJson(credential: unknown): Record<string, unknown> {
  const given = typeof credential === 'string' ? parseJson(credential) : credential;
  const { id, rawId, type, response, authenticatorAttachment, clientExtensionResults, getClientExtensionResults } =
    (given ?? {}) as Json;
  const known = Object.fromEntries(
    members.map((name) => [name, toText((response as Json | undefined)?.[name])]).filter(([, value]) => value),
  );
  if (!id || !known.clientDataJSON || !(known.attestationObject || known.signature)) throw invalidCredential();
  return {
    id,
    rawId: toText(rawId) ?? id,
    type: type ?? 'public-key',
    ...(authenticatorAttachment ? { authenticatorAttachment } : {}),
    response: known,
    clientExtensionResults:
      typeof getClientExtensionResults === 'function'
        ? getClientExtensionResults.call(given)
        : (clientExtensionResults ?? {}),
  };
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof ArrayBuffer) return encodeBase64Url(new Uint8Array(value));
  if (ArrayBuffer.isView(value))
    return encodeBase64Url(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidCredential();
  }
}

const invalidCredential = () =>
  new AuthError('InvalidCredential', 'authResponse is neither a new passkey nor the use of one.', {
    code: 'passkey_invalid_credential',
  });
