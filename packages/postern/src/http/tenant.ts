import type { JWKSCacheInput, TokenEndpointResponse } from 'oauth4webapi';
import { AuthError } from '../errors/auth-error.ts';
import { loadPart } from '../errors/load-part.ts';
import type { Configuration } from '../options.ts';
import type { Clock, Platform } from '../platform/platform.ts';
import type { Grant } from '../protocol/grants.ts';
import { type Claims, decodeClaims } from '../protocol/id-token.ts';
import type { LoginClaims } from '../protocol/login-claims.ts';
import { auth0Server, isAuth0, type Server } from '../protocol/server.ts';
import { clientInformation } from '../protocol/telemetry.ts';
import type { Credentials, TokenType } from '../types/credentials.ts';
import { HttpClient, type HttpRequest } from './http-client.ts';
import { type KeyBinding, SERVER } from './key-binding.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

type LoginPart = typeof import('./login-part.ts');

export interface TokenRequestOptions {
  /** Default: what discovery says. */
  readonly server?: Server;
  /** A login's: its ID token must be there, and be the answer to that very login. */
  readonly login?: LoginClaims;
  /** The ID token must be of this organization. */
  readonly organization?: string | undefined;
  /** Seconds. Default: the client's. */
  readonly leeway?: number | undefined;
  /**
   * Checked is all but the times of the ID token (`checkTimes`), and what is wrong with its signature or with a Bearer token
   * comes as `refusal`: the caller has something to save first.
   */
  readonly saveFirst?: boolean;
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
  /**
   * The error to throw once the refresh token is saved: the ID token's signature is by no key of the server's, or the access
   * token is Bearer where a bound one was asked for.
   */
  readonly refusal?: AuthError | undefined;
  /** Everything the server said. */
  readonly answer: TokenEndpointResponse;
}

/** The authorization server as this client talks to it: metadata, token requests, keys. Knows no session. */
export class Tenant {
  readonly clock: Clock;
  readonly #configuration: Configuration;
  readonly #platform: Platform;
  readonly #http: HttpClient;
  readonly #binding: KeyBinding;
  #metadata: Promise<Server> | undefined;
  #known: Server | undefined;
  /** Keys fetched ahead of need. */
  #prefetched: Promise<JWKSCacheInput | undefined> | undefined;
  #hasKeys = false;
  #part: Promise<LoginPart> | undefined;
  #endpoint: TokenEndpoint | undefined;

  constructor(configuration: Configuration, platform: Platform, binding: KeyBinding) {
    this.#configuration = configuration;
    this.#platform = platform;
    this.clock = platform.clock;
    this.#http = new HttpClient(platform, configuration);
    this.#binding = binding;
  }

  /** The metadata, read once. */
  server = (): Promise<Server> => {
    this.#metadata ??= this.#discover().catch((error: unknown) => {
      this.#metadata = undefined;
      throw error;
    });
    return this.#metadata;
  };

  /** A login failed: its metadata may hold no longer, and the next page asks for them. */
  distrust(): void {
    this.#platform
      .notes?.(this.#configuration)
      .delete(SERVER)
      .catch(() => undefined);
  }

  /** The metadata as far as known without asking. */
  knownServer = (): Server => this.#known ?? auth0Server(this.#configuration);

  async #discover(): Promise<Server> {
    const { discover } = await this.loginPart();
    this.#known = await discover(this.#configuration, this.#platform, this.#getJson);
    return this.#known;
  }

  /** Fetches the signing keys ahead of need; a failure shows when they are needed. */
  prefetchKeys = (server: Server): void => {
    const { jwks_uri } = server;
    if (!jwks_uri || this.#hasKeys) return;
    this.#prefetched ??= this.#getJson(jwks_uri)
      .then((jwks) => ({ jwks: jwks as never, uat: Math.floor(Date.now() / 1000) }))
      .catch(() => undefined);
  };

  /** The keys fetched ahead, once. */
  takeKeys = (): Promise<JWKSCacheInput | undefined> | undefined => {
    const keys = this.#prefetched;
    this.#prefetched = undefined;
    this.#hasKeys = true;
    return keys;
  };

  /** One token request, by any grant; the answer is validated before anybody sees it. */
  async requestToken<P extends object>(
    grant: Grant<P>,
    parameters: P,
    options: TokenRequestOptions = {},
  ): Promise<TokenAnswer> {
    const { TokenEndpoint } = await this.loginPart();
    this.#endpoint ??= new TokenEndpoint({
      configuration: this.#configuration,
      platform: this.#platform,
      http: this.#http,
      binding: this.#binding,
      tenant: this,
    });
    return this.#endpoint.request(grant, parameters, options);
  }

  /** Loads what logins and renewals need, ahead of them; a failure shows when it is needed. */
  prepare(): void {
    this.loginPart().catch(() => undefined);
  }

  loginPart = (): Promise<LoginPart> => {
    this.#part ??= loadPart(import('./login-part.ts')).catch((error: unknown) => {
      this.#part = undefined;
      throw error;
    });
    return this.#part;
  };

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
   * Any other request to the server, saying who calls. What is in it is for the server alone: no redirect is followed.
   *
   * @param boundToken The access token in the headers, if it is one that needs a proof.
   */
  send = (server: Server, url: string, request: HttpRequest, boundToken?: string): Promise<Response> =>
    this.#http.send(
      url,
      { redirect: 'manual', ...request, headers: this.headers(server, request.headers) },
      boundToken === undefined ? undefined : (...to) => this.#binding.fetch(...to, { accessToken: boundToken }),
    );

  headers(server: Server, more: Readonly<Record<string, string>> = {}): Record<string, string> {
    // Only to Auth0: an unknown header makes another server's CORS refuse the request.
    return { ...(isAuth0(server, this.#configuration) ? { 'auth0-client': clientInformation() } : {}), ...more };
  }

  #getJson = async (url: string): Promise<object> => {
    const response = await this.#http.send(url, { method: 'GET', headers: { accept: 'application/json' } });
    const json: unknown = await response.json().catch(() => undefined);
    if (typeof json !== 'object' || json === null) throw refuse('The answer is not JSON.', 'invalid_response');
    return json;
  };
}

const refuse = (message: string, code: string) => new AuthError('InvalidResponse', message, { code });
