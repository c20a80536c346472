import {
  allowInsecureRequests,
  type Client,
  clockSkew,
  clockTolerance,
  customFetch,
  genericTokenEndpointRequest,
  getValidatedIdTokenClaims,
  type JWKSCacheInput,
  jwksCache,
  None,
  processGenericTokenEndpointResponse,
  type TokenEndpointResponse,
  validateApplicationLevelSignature,
} from 'oauth4webapi';
import { AuthError } from '../errors/auth-error.ts';
import type { Configuration } from '../options.ts';
import type { Platform } from '../platform/platform.ts';
import { type Grant, grantBody } from '../protocol/grants.ts';
import {
  type Claims,
  checkLogin,
  checkOrganization,
  decodeClaims,
  type LoginClaims,
  sessionExpiryOf,
} from '../protocol/id-token.ts';
import { auth0Server, isAuth0, readMetadata, type Server } from '../protocol/server.ts';
import { clientInformation } from '../protocol/telemetry.ts';
import type { Credentials, TokenType } from '../types/credentials.ts';
import { HttpClient, type HttpRequest } from './http-client.ts';
import type { KeyBinding } from './key-binding.ts';

export interface TokenRequestOptions {
  /** Default: what discovery says. */
  readonly server?: Server;
  /** A login's: its ID token must be there, and be the answer to that very login. */
  readonly login?: LoginClaims;
  /** The ID token must be of this organization. */
  readonly organization?: string | undefined;
  /** Seconds. Default: the client's. */
  readonly leeway?: number | undefined;
  /** Everything about the ID token is checked but its times: the caller has something to save first (`checkTimes`). */
  readonly timesLater?: boolean;
  /** Scope asked for: it was granted as asked where the answer names none (RFC 6749 section 5.1). */
  readonly scope?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Thumbprint of the key that what is exchanged is bound to. */
  readonly jkt?: string | undefined;
}

export interface TokenAnswer {
  readonly credentials: Credentials;
  /** Validated claims; undefined when there was no ID token. */
  readonly claims: Claims | undefined;
  /** Thumbprint of the key that the tokens are bound to; undefined for Bearer tokens. */
  readonly jkt: string | undefined;
  /** Everything the server said. */
  readonly answer: TokenEndpointResponse;
}

const UNKNOWN_KEY_COOLDOWN_MS = 30_000;

/** The authorization server as this client talks to it: metadata, token requests, keys. Knows no session. */
export class Tenant {
  readonly #configuration: Configuration;
  readonly #platform: Platform;
  readonly #http: HttpClient;
  readonly #binding: KeyBinding;
  #metadata: Promise<Server> | undefined;
  #known: Server | undefined;
  /** Keys fetched ahead of need. */
  #prefetched: Promise<JWKSCacheInput | undefined> | undefined;
  /** oauth4webapi keeps a server's keys by the identity of its metadata: a new object means new keys. */
  #keyHolder: Server | undefined;
  #refetchedAt = Number.NEGATIVE_INFINITY;

  constructor(configuration: Configuration, platform: Platform, binding: KeyBinding) {
    this.#configuration = configuration;
    this.#platform = platform;
    this.#http = new HttpClient(platform, configuration);
    this.#binding = binding;
  }

  /** The metadata, asked for once. A server without a discovery document is taken to be laid out like Auth0. */
  server = (): Promise<Server> => {
    this.#metadata ??= this.#discover().catch((error: unknown) => {
      this.#metadata = undefined;
      throw error;
    });
    return this.#metadata;
  };

  /** The metadata as far as known without asking. */
  knownServer = (): Server => this.#known ?? auth0Server(this.#configuration);

  async #discover(): Promise<Server> {
    const { origin } = this.#configuration;
    let metadata: object | undefined;
    try {
      metadata = await this.#getJson(`${origin}/.well-known/openid-configuration`);
    } catch (error) {
      const { status } = error as AuthError;
      if (status < 400 || status >= 500) throw error;
    }
    this.#known = metadata === undefined ? auth0Server({ origin }) : readMetadata(metadata, this.#configuration);
    return this.#known;
  }

  /** Fetches the signing keys ahead of need; a failure shows when they are needed. */
  prefetchKeys = (server: Server): void => {
    const { jwks_uri } = server;
    if (!jwks_uri || this.#keyHolder) return;
    this.#prefetched ??= this.#getJson(jwks_uri)
      .then((jwks) => ({ jwks: jwks as never, uat: Math.floor(Date.now() / 1000) }))
      .catch(() => undefined);
  };

  /** One token request, by any grant; the answer is validated before anybody sees it. */
  async requestToken<P extends object>(
    grant: Grant<P>,
    parameters: P,
    options: TokenRequestOptions = {},
  ): Promise<TokenAnswer> {
    const body = grantBody(grant, parameters);
    const server = options.server ?? (await this.server());
    const leeway = options.leeway || this.#configuration.leeway;
    const client = this.#client(options.timesLater ? Number.MAX_SAFE_INTEGER : leeway);
    const isBound = options.jkt !== undefined || this.#binding.isFor(server);
    const jkt = isBound ? (options.jkt ?? (await this.#binding.ensureThumbprint())) : undefined;
    const response = await genericTokenEndpointRequest(server, client, None(), grant.type, body, {
      ...this.#options(),
      [customFetch]: (url, init) =>
        this.#http.send(url, init, jkt === undefined ? undefined : (...to) => this.#binding.fetch(...to, { jkt })),
      headers: new Headers(this.#headers(server, options.headers)),
    });
    const receivedAt = Math.floor(this.#platform.clock.now() / 1000);
    try {
      const answer = await processGenericTokenEndpointResponse(server, client, response, {
        recognizedTokenTypes: { n_a: () => undefined },
      });
      const claims = getValidatedIdTokenClaims(answer) as Claims | undefined;
      if (claims) await this.#checkSignature(server, response);
      if (options.login) checkLogin(claims, options.login, receivedAt - leeway);
      checkOrganization(claims, options.organization);
      // RFC 9449 section 5: a token that anybody could use is not what was asked for.
      if (isBound && answer.token_type === 'bearer' && !this.#configuration.allowBearerDowngrade)
        throw refuse(
          'The server answered a request for a bound token with a Bearer token (see allowBearerDowngrade).',
          'DPOP_INVALID_TOKEN_TYPE',
        );
      const credentials = toCredentials(answer, receivedAt, options.scope, claims);
      return { credentials, claims, answer, jkt: answer.token_type === 'dpop' ? jkt : undefined };
    } catch (error) {
      throw error instanceof AuthError ? error : refusedAnswer(error);
    }
  }

  /** For tokens that come without their type: a JWT names the key it is bound to; what is opaque came as we ask for it. */
  tokenTypeOf = async (token: string, server: Server): Promise<TokenType> => {
    let isBound: boolean;
    try {
      isBound = (decodeClaims(token).cnf as { jkt?: unknown } | undefined)?.jkt !== undefined;
    } catch {
      isBound = this.#binding.isFor(server) && (await this.#binding.thumbprint()) !== undefined;
    }
    return isBound ? 'DPoP' : 'Bearer';
  };

  /**
   * Any other request to the server, saying who calls.
   *
   * @param boundToken The access token in the headers, if it is one that needs a proof.
   */
  send = (server: Server, url: string, request: HttpRequest, boundToken?: string): Promise<Response> =>
    this.#http.send(
      url,
      { ...request, headers: this.#headers(server, request.headers) },
      boundToken === undefined ? undefined : (...to) => this.#binding.fetch(...to, { accessToken: boundToken }),
    );

  /**
   * OpenID Connect Core 3.1.3.7 (6): TLS to the token endpoint already vouches for the token, so keys that cannot be
   * reached do not fail a login; a key that is not the server's, or a wrong signature, does. Without TLS nothing vouches.
   */
  async #checkSignature(server: Server, response: Response): Promise<void> {
    try {
      await this.#verify(server, response);
    } catch (error) {
      const unreachable = error instanceof AuthError && (error.status === 0 || error.status >= 500);
      if (!unreachable || (this.#configuration.insecure && !this.#configuration.loopback)) throw refusedAnswer(error);
    }
  }

  async #verify(server: Server, response: Response): Promise<void> {
    const prefetched = await this.#prefetched;
    this.#prefetched = undefined;
    const validate = (cache?: JWKSCacheInput) => {
      if (this.#keyHolder?.issuer !== server.issuer) this.#keyHolder = { ...server };
      const options = { ...this.#options(), ...(cache ? { [jwksCache]: cache } : {}) };
      return validateApplicationLevelSignature(this.#keyHolder, response, options);
    };
    try {
      await validate(prefetched);
    } catch (error) {
      // A key rotated since the last fetch: look once more, but not for every token with an unknown key.
      const now = this.#platform.clock.now();
      const isUnknownKey = (error as { code?: unknown }).code === 'OAUTH_KEY_SELECTION_FAILED';
      if (!isUnknownKey || now - this.#refetchedAt < UNKNOWN_KEY_COOLDOWN_MS) throw error;
      this.#refetchedAt = now;
      this.#keyHolder = undefined;
      await validate();
    }
  }

  #client(leeway: number): Client {
    // oauth4webapi reads the system's clock; ours may be another (a test's).
    const skew = Math.floor(this.#platform.clock.now() / 1000) - Math.floor(Date.now() / 1000);
    return { client_id: this.#configuration.clientId, [clockSkew]: skew, [clockTolerance]: leeway };
  }

  #headers(server: Server, more: Readonly<Record<string, string>> = {}): Record<string, string> {
    // Only to Auth0: an unknown header makes another server's CORS refuse the request.
    return { ...(isAuth0(server, this.#configuration) ? { 'auth0-client': clientInformation() } : {}), ...more };
  }

  #options() {
    return { [customFetch]: this.#http.send, [allowInsecureRequests]: this.#configuration.insecure };
  }

  async #getJson(url: string, headers?: Record<string, string>): Promise<object> {
    const response = await this.#http.send(url, { method: 'GET', headers: { accept: 'application/json', ...headers } });
    const json: unknown = await response.json().catch(() => undefined);
    if (typeof json !== 'object' || json === null) throw refuse('The answer is not JSON.', 'invalid_response');
    return json;
  }
}

function toCredentials(
  answer: TokenEndpointResponse,
  receivedAt: number,
  askedScope: string | undefined,
  claims: Claims | undefined,
): Credentials {
  const { id_token, access_token, token_type, expires_in, refresh_token, scope = askedScope } = answer;
  const sessionExpiresAt = claims && sessionExpiryOf(claims);
  return {
    idToken: id_token ?? '',
    accessToken: access_token,
    tokenType: token_type === 'dpop' ? 'DPoP' : 'Bearer',
    // A server that does not say (it only should, RFC 6749 section 5.1) is taken to mean an hour.
    expiresAt: receivedAt + Math.floor(expires_in ?? 3600),
    ...(refresh_token ? { refreshToken: refresh_token } : {}),
    ...(scope ? { scope } : {}),
    ...(sessionExpiresAt ? { sessionExpiresAt } : {}),
  };
}

/** A token response that is none, or one whose ID token is not for us, in oauth4webapi's words. */
function refusedAnswer(cause: unknown): AuthError {
  const { message } = cause as Error;
  return refuse(
    message,
    /^"response"(?!.*"id_token")/.test(message) ? 'invalid_response' : 'a0.session.invalid_idtoken',
    cause,
  );
}

const refuse = (message: string, code: string, cause?: unknown) =>
  new AuthError('InvalidResponse', message, { code, cause });
