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
import type { Grant } from '../protocol/grants.ts';
import type { Claims } from '../protocol/id-token.ts';
import { checkLogin, checkOrganization, sessionExpiryOf } from '../protocol/login-claims.ts';
import type { Server } from '../protocol/server.ts';
import type { Credentials } from '../types/credentials.ts';
import type { HttpClient, HttpRequest } from './http-client.ts';
import type { KeyBinding } from './key-binding.ts';
import { responseError } from './response-error.ts';
import type { Tenant, TokenAnswer, TokenRequestOptions } from './tenant.ts';
import { toHeaders } from './to-headers.ts';

export interface TokenEndpointParts {
  readonly configuration: Configuration;
  readonly platform: Platform;
  readonly http: HttpClient;
  readonly binding: KeyBinding;
  readonly tenant: Tenant;
}

const UNKNOWN_KEY_COOLDOWN_MS = 30_000;

/** Token requests, and the checks of what comes back. */
export class TokenEndpoint {
  readonly #configuration: Configuration;
  readonly #platform: Platform;
  readonly #http: HttpClient;
  readonly #binding: KeyBinding;
  readonly #tenant: Tenant;
  /** oauth4webapi keeps a server's keys by the identity of its metadata: a new object means new keys. */
  #keyHolder: Server | undefined;
  #refetchedAt = Number.NEGATIVE_INFINITY;

  constructor({ configuration, platform, http, binding, tenant }: TokenEndpointParts) {
    this.#configuration = configuration;
    this.#platform = platform;
    this.#http = http;
    this.#binding = binding;
    this.#tenant = tenant;
  }

  /** One token request, by any grant; the answer is validated before anybody sees it. */
  async request<P extends object>(
    grant: Grant<P>,
    parameters: P,
    options: TokenRequestOptions = {},
  ): Promise<TokenAnswer> {
    const body = grantBody(grant, parameters);
    const server = options.server ?? (await this.#tenant.server());
    const leeway = options.leeway || this.#configuration.leeway;
    const client = this.#client(options.saveFirst ? Number.MAX_SAFE_INTEGER : leeway);
    const isBound = options.jkt !== undefined || this.#binding.isFor(server);
    const jkt = isBound ? (options.jkt ?? (await this.#binding.ensureThumbprint())) : undefined;
    // At the same time, so that by the time the token is there so are the keys; but after it, which has further to go.
    const onSent = () => {
      if (options.saveFirst || options.login) this.#tenant.prefetchKeys(server);
    };
    const response = await genericTokenEndpointRequest(server, client, None(), grant.type, body, {
      ...this.#options(),
      [customFetch]: (url, init) =>
        this.#http.send(url, grant.json ? asJson(init, grant.json) : init, (...to) => {
          if (jkt !== undefined) return this.#binding.fetch(...to, { jkt, onSent });
          const answer = this.#platform.fetch(...to);
          onSent();
          return answer;
        }),
      headers: toHeaders(this.#tenant.headers(server, options.headers)),
    });
    const receivedAt = Math.floor(this.#platform.clock.now() / 1000);
    try {
      const answer = await processGenericTokenEndpointResponse(server, client, response, {
        recognizedTokenTypes: { n_a: () => undefined },
      });
      const claims = getValidatedIdTokenClaims(answer) as Claims | undefined;
      // Of a renewal the refresh token is worth keeping all the same: the one before is spent.
      const doubt = claims && (await this.#checkSignature(server, response));
      if (doubt && !(options.saveFirst && this.#isVouchedFor)) throw doubt;
      if (options.login) checkLogin(claims, options.login, receivedAt - leeway);
      checkOrganization(claims, options.organization);
      // RFC 9449 section 5: a token that anybody could use is not what was asked for.
      const isDowngraded = isBound && answer.token_type === 'bearer' && !this.#configuration.allowBearerDowngrade;
      const refusal = doubt ?? (isDowngraded ? refuseDowngrade() : undefined);
      if (refusal && !options.saveFirst) throw refusal;
      const credentials = toCredentials(answer, receivedAt, options.scope, claims);
      return { credentials, claims, answer, refusal, jkt: answer.token_type === 'dpop' ? jkt : undefined };
    } catch (error) {
      throw error instanceof AuthError ? error : refusedAnswer(error);
    }
  }

  /**
   * OpenID Connect Core 3.1.3.7 (6): TLS to the token endpoint already vouches for the token, so keys that cannot be
   * reached do not fail a login; a key that is not the server's, or a wrong signature, does. Without TLS nothing vouches.
   * Resolves with what is wrong.
   */
  async #checkSignature(server: Server, response: Response): Promise<AuthError | undefined> {
    try {
      await this.#verify(server, response);
    } catch (error) {
      const unreachable = error instanceof AuthError && (error.status === 0 || error.status >= 500);
      return unreachable && this.#isVouchedFor ? undefined : refusedAnswer(error);
    }
  }

  /** By TLS, or by being on this very machine. */
  get #isVouchedFor(): boolean {
    return !this.#configuration.insecure || this.#configuration.loopback;
  }

  async #verify(server: Server, response: Response): Promise<void> {
    const prefetched = await this.#tenant.takeKeys();
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

  #options() {
    return { [customFetch]: this.#http.send, [allowInsecureRequests]: this.#configuration.insecure };
  }
}

/** The body of a token request; what is not given is not in it. */
function grantBody<P>(definition: Grant<P>, parameters: P): Record<string, string> {
  return Object.fromEntries(
    Object.entries(definition.body(parameters)).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  );
}

function asJson(request: HttpRequest, names: readonly string[]): HttpRequest {
  const fields = [...new URLSearchParams(String(request.body))].map(([name, value]): [string, unknown] => [
    name,
    names.includes(name) ? JSON.parse(value) : value,
  ]);
  const headers = { ...request.headers, 'content-type': 'application/json' };
  return { ...request, headers, body: JSON.stringify(Object.fromEntries(fields)) };
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
  const { body } = (cause as { cause?: { body?: { error?: unknown } } }).cause ?? {};
  // Some tenants tell whoever polls for a push to wait by a 200.
  if (typeof body?.error === 'string')
    return responseError(
      { type: 'default', status: 200, statusText: '', headers: new Headers() },
      JSON.stringify(body),
    );
  const { message } = cause as Error;
  return refuse(
    message,
    /^(?!.*"id_token").*"response"/.test(message) ? 'invalid_response' : 'a0.session.invalid_idtoken',
    cause,
  );
}

const refuseDowngrade = () =>
  refuse(
    'The server answered a request for a bound token with a Bearer token (see allowBearerDowngrade).',
    'DPOP_INVALID_TOKEN_TYPE',
  );

const refuse = (message: string, code: string, cause?: unknown) =>
  new AuthError('InvalidResponse', message, { code, cause });
