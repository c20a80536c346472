import { AuthError } from './errors/auth-error.ts';
import { setHeader } from './http/to-headers.ts';
import type { ApiCredentials, CredentialsManager, DPoPHeadersParams } from './types/index.ts';

interface Source extends Pick<CredentialsManager, 'getCredentials' | 'getApiCredentials'> {
  readonly getDPoPHeaders: (parameters: DPoPHeadersParams) => Promise<Record<string, string>>;
}

/** A client, or what `useAuth0()` gives. */
export type FetchSource =
  | Source
  | {
      readonly credentialsManager: Pick<CredentialsManager, 'getCredentials' | 'getApiCredentials'>;
      readonly getDPoPHeaders: Source['getDPoPHeaders'];
    };

/** One API that may get a token. */
export interface ApiAccess {
  /** Scheme, host and port: `https://api.example.com`. Everything below it is the API. */
  readonly origin: string;
  /** Identifier of the API. Default: that of the login. */
  readonly audience?: string;
  /** Scopes the token must have. */
  readonly scope?: string;
  /** Seconds the token must still live when it is sent. Default 10. */
  readonly minTtl?: number;
}

/** {@link createFetch}. */
export interface CreateFetchOptions {
  readonly apis: readonly ApiAccess[];
  /** What sends the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

const MIN_TTL_SECONDS = 10;

/**
 * A `fetch` that brings the right access token, renewed where due, with a proof where it is bound; to the APIs named and
 * nowhere else. A request to any other origin is sent as it is, without a token.
 *
 * A redirect is not followed, not even within the API: the token was meant for this address, a proof is good for no other,
 * and a page cannot see where a redirect leads before it is taken. Requests with an
 * `Authorization` header of their own are sent as they are. A challenge for a nonce, or for a wrong clock, is answered once.
 *
 * @throws What `getCredentials` throws; AuthError code `api_redirect` the API redirects; what `fetch` throws.
 * @example
 * const api = createFetch(auth0, {
 *   apis: [{ origin: 'https://api.example.com' }, { origin: 'https://files.example.com', audience: 'https://files' }],
 * });
 * const notes = await (await api('https://api.example.com/notes')).json();
 */
export function createFetch(source: FetchSource, options: CreateFetchOptions): typeof globalThis.fetch {
  const { getDPoPHeaders } = source;
  const { getCredentials, getApiCredentials } = 'credentialsManager' in source ? source.credentialsManager : source;
  const apis = new Map(options.apis.map((api) => [originOf(api.origin), api]));
  const nonces = new Map<string, string>();

  const getToken = ({ audience, scope, minTtl = MIN_TTL_SECONDS }: ApiAccess): Promise<ApiCredentials> =>
    audience === undefined ? getCredentials(scope, minTtl) : getApiCredentials(audience, scope, minTtl);

  return async (input, init) => {
    const send = options.fetch ?? globalThis.fetch;
    const request = new Request(input, init);
    const { origin } = new URL(request.url);
    const api = apis.get(origin);
    if (!api || request.headers.has('authorization')) return send(input, init);

    const { accessToken, tokenType } = await getToken(api);
    const isBound = tokenType.toLowerCase() === 'dpop';
    const attempt = async (date?: string) => {
      const { url, method } = request;
      const nonce = nonces.get(origin);
      const proof = await getDPoPHeaders({
        url,
        method,
        accessToken,
        tokenType,
        ...(nonce ? { nonce } : {}),
        ...(date ? { date } : {}),
      });
      // A copy, since a body can be read once.
      const copy = new Request(isBound ? request.clone() : request);
      for (const [name, value] of Object.entries(proof)) setHeader(copy.headers, name, value);
      // Not as a part of the copy: React Native's `Request` forgets it.
      const response = await send(copy, { redirect: 'manual' });
      if (
        response.type === 'opaqueredirect' ||
        (response.status >= 300 && response.status < 400 && response.headers.has('location'))
      )
        throw new AuthError('ApiRedirect', `${origin} redirects: the token was not sent on.`, {
          code: 'api_redirect',
          status: response.status,
        });
      const given = response.headers.get('dpop-nonce');
      if (given) nonces.set(origin, given);
      return { response, isNew: given !== null && given !== nonce };
    };

    const { response, isNew } = await attempt();
    if (!isBound || response.status !== 401) return response;
    // Not every API lets a page read its challenge; a new nonce beside a 401 says enough.
    const error = /error="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1];
    const wantsNonce = isNew && (error === undefined || error === 'use_dpop_nonce');
    const date = response.headers.get('date') ?? undefined;
    if (!wantsNonce && !(error === 'invalid_dpop_proof' && date)) return response;
    return (await attempt(date)).response;
  };
}

/** A whole origin and nothing else: a path would suggest a narrower permission than there is. */
function originOf(origin: string): string {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url?.origin !== origin.replace(/\/$/, ''))
    throw new AuthError('InvalidConfiguration', `"${origin}" is no origin: give scheme and host, without a path.`, {
      code: 'a0.invalid_configuration',
    });
  return url.origin;
}
