import { AuthError } from '../errors/auth-error.ts';
import type { Tenant, TokenAnswer, TokenRequestOptions } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import { MutexTimeoutError, type Platform } from '../platform/platform.ts';
import { grants } from '../protocol/grants.ts';
import { type Claims, checkTimes, decodeClaims } from '../protocol/id-token.ts';
import { merge } from '../protocol/merge-credentials.ts';
import { includesScopes, joinScopes } from '../protocol/scope.ts';
import type { Credentials } from '../types/index.ts';
import type { CredentialStore, HeldSession, StoredSession } from './credential-store.ts';
import { askedFor, grantedScope, isFurther, satisfies, tokenFor, type Wanted } from './held-tokens.ts';
import type { Logins } from './logins.ts';

/**
 * Renewals. One at a time for everyone who shares a refresh token: callers, clients, tabs. Under the lock the storage is
 * read again, so that whoever comes second finds the first one's result; the new refresh token is stored before anybody
 * sees the new access token. No callback runs under the lock, and it is held for a bounded time.
 */
export class Renewal {
  readonly #configuration: Configuration;
  readonly #platform: Platform;
  readonly #tenant: Tenant;
  readonly #store: CredentialStore;
  readonly #logins: Logins;
  readonly #running = new Map<string, Promise<HeldSession>>();
  /** What the storage did not take (it is full). The refresh token before it is spent: no other one works any more. */
  #unkept: { readonly before: HeldSession; readonly session: StoredSession } | undefined;

  constructor(
    configuration: Configuration,
    platform: Platform,
    tenant: Tenant,
    store: CredentialStore,
    logins: Logins,
  ) {
    this.#configuration = configuration;
    this.#platform = platform;
    this.#tenant = tenant;
    this.#store = store;
    this.#logins = logins;
  }

  /** Callers that want the same share one renewal. */
  renew(held: HeldSession, wanted: Wanted): Promise<HeldSession> {
    const key = JSON.stringify([
      held.id,
      wanted.audience,
      wanted.scope,
      wanted.minTtl,
      wanted.parameters,
      wanted.force,
    ]);
    let running = this.#running.get(key);
    if (!running) {
      running = this.#underLock(held.id, () => this.#renew(wanted)).finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    return running;
  }

  async #underLock<T>(id: string, work: () => Promise<T>): Promise<T> {
    const { namespace, cacheLocation, timeoutMs, maxRetries } = this.#configuration;
    // In memory each tab has a refresh token of its own, and need not wait for the others.
    const name = `${namespace}/renewal${cacheLocation === 'memory' ? `/${id}` : ''}`;
    // Longer than whoever holds it can take: metadata, two attempts, the retries and their pauses.
    const waitMs = timeoutMs * (maxRetries + 4) + pauseMs(maxRetries);
    try {
      return await this.#platform.mutex.run(name, { waitMs }, work);
    } catch (cause) {
      if (!(cause instanceof MutexTimeoutError)) throw cause;
      throw new AuthError('TimeoutError', 'Another tab’s renewal did not end in time.', { code: 'timeout', cause });
    }
  }

  /**
   * Exchanges the refresh token for what is not kept (a session transfer token). The new refresh token and ID token are.
   */
  exchange(
    held: HeldSession,
    parameters: object,
    headers: Readonly<Record<string, string>> | undefined,
  ): Promise<{ held: HeldSession; answer: TokenAnswer }> {
    return this.#underLock(held.id, async () =>
      this.#spend(await this.#current(), async (current, refreshToken) => {
        const answer = await this.#request(current, refreshToken, { more: parameters }, { headers });
        const credentials = passOn(current.credentials, answer.credentials);
        return { held: await this.#keep(current, { ...current, credentials }), answer };
      }),
    );
  }

  /** Changes what is held without asking the server. */
  change(held: HeldSession, work: (current: HeldSession) => StoredSession): Promise<HeldSession> {
    return this.#underLock(held.id, async () => {
      const current = await this.#current();
      return this.#keep(current, work(current));
    });
  }

  async #current(): Promise<HeldSession> {
    const held = await this.#store.read();
    if (!held) throw new AuthError('NoCredentials', 'Nobody is signed in.', { code: 'NO_CREDENTIALS' });
    const { before, session } = this.#unkept ?? {};
    const isUnkept = before?.id === held.id && before.credentials.refreshToken === held.credentials.refreshToken;
    return isUnkept && session ? this.#keep(held, session) : held;
  }

  async #renew(wanted: Wanted): Promise<HeldSession> {
    const held = await this.#current();
    const isDone = (session: HeldSession) => satisfies(session, wanted, this.#platform.clock.now());
    if (isDone(held)) return held;
    const { useMrrt } = this.#configuration;
    // In a browser the app says whether the tenant lets a refresh token serve several APIs; elsewhere there is no other way.
    const isSilent = isFurther(held, wanted.audience)
      ? this.#logins.canBeSilent && !useMrrt
      : !held.credentials.refreshToken;
    if (isSilent) return this.#renewSilently(held, wanted);
    return this.#spend(held, async (current, refreshToken) =>
      isDone(current) ? current : this.#refresh(current, refreshToken, wanted),
    );
  }

  /** Uses the refresh token. Refused, it ends the session, unless somebody without our lock has renewed in between. */
  async #spend<T>(
    held: HeldSession,
    request: (held: HeldSession, refreshToken: string) => Promise<T>,
    isSecond = false,
  ): Promise<T> {
    const { refreshToken } = held.credentials;
    if (!refreshToken) throw noRefreshToken();
    if (held.jkt !== undefined && !this.#configuration.useDPoP)
      throw new AuthError('DPoPNotConfigured', 'The tokens are bound to a key, but useDPoP is off; sign in again.', {
        code: 'DPOP_NOT_CONFIGURED',
      });
    await this.#store.requireKey(held);
    try {
      return await request(held, refreshToken);
    } catch (error) {
      if (!(error instanceof AuthError) || error.code !== 'invalid_grant') throw error;
      const now = await this.#store.read();
      if (!isSecond && now?.id === held.id && now.credentials.refreshToken !== refreshToken)
        return this.#spend(now, request, true);
      await this.#store.end(held.id);
      throw error;
    }
  }

  async #refresh(held: HeldSession, refreshToken: string, wanted: Wanted): Promise<HeldSession> {
    const { credentials } = held;
    const { audience, parameters: more } = wanted;
    if (isFurther(held, audience)) return this.#refreshFor(audience, held, refreshToken, wanted);
    // Asking for more asks for all: a token of the new scopes alone would be a step back for everybody else.
    const scope = includesScopes(grantedScope(credentials), wanted.scope)
      ? undefined
      : joinScopes(credentials.scope, wanted.scope);
    const asked = { scope: scope ?? credentials.scope };
    const answer = await this.#request(held, refreshToken, { scope, more }, asked);
    const jkt = answer.jkt ?? held.jkt;
    return this.#keep(held, { ...held, jkt, credentials: merge(credentials, answer.credentials) });
  }

  /** A token for a further API, by the same refresh token (multi-resource refresh tokens). */
  async #refreshFor(audience: string, held: HeldSession, refreshToken: string, wanted: Wanted): Promise<HeldSession> {
    const asked = askedFor(held, audience, wanted.scope);
    // With what the login asked to know of the person the answer has an ID token, and the session a fresh and whole user.
    const scope = asked && joinScopes('openid', personalScopes(held), asked, tokenFor(held, audience)?.scope);
    const parameters = { scope: scope || undefined, audience, more: wanted.parameters };
    const answer = await this.#request(held, refreshToken, parameters, { scope });
    const credentials = passOn(held.credentials, answer.credentials);
    // A tenant without a policy for the API may answer with a token for the login's. It is nobody's; the new refresh token
    // counts all the same.
    if (isTokenFor(audience, answer.credentials))
      return this.#keep(held, withApi({ ...held, credentials }, audience, asked, answer));
    const kept = await this.#keep(held, { ...held, credentials });
    if (this.#logins.mayBeSilent) return this.#renewSilently(kept, wanted);
    throw new AuthError('ApiExchangeFailed', `The refresh token gives no token for ${audience}.`, {
      code: 'API_EXCHANGE_FAILED',
    });
  }

  async #request(
    held: HeldSession,
    refreshToken: string,
    parameters: { scope?: string | undefined; audience?: string; more: object },
    options: Pick<TokenRequestOptions, 'scope' | 'headers'>,
  ): Promise<TokenAnswer> {
    const answer = await this.#persistently(() =>
      this.#tenant.requestToken(
        grants.refreshToken,
        { ...parameters, refreshToken },
        { ...options, jkt: held.jkt, saveFirst: true },
      ),
    );
    requireSameUser(held, answer.claims);
    await this.#requireUsable(held, answer);
    return answer;
  }

  /**
   * A clock that is wrong makes an ID token useless, as a key that is not known yet does, and a Bearer token is none that was
   * asked for; but the refresh token beside them has replaced the one held: forgetting it would end the session at the next
   * renewal, by reuse.
   */
  async #requireUsable(held: HeldSession, { claims, refusal, credentials }: TokenAnswer): Promise<void> {
    const { refreshToken } = credentials;
    try {
      if (refusal) throw refusal;
      if (claims) checkTimes(claims, this.#platform.clock.now() / 1000, this.#configuration.leeway);
    } catch (error) {
      if (refreshToken) await this.#keep(held, { ...held, credentials: { ...held.credentials, refreshToken } });
      throw error;
    }
  }

  /** Without a refresh token that will do: by the session at the tenant, where the platform can ask it unseen. */
  async #renewSilently(held: HeldSession, wanted: Wanted): Promise<HeldSession> {
    if (!this.#logins.mayBeSilent) throw noRefreshToken();
    const { audience = held.audience } = wanted;
    const parameters = wanted.parameters as Record<string, string>;
    try {
      if (isFurther(held, audience)) {
        const asked = askedFor(held, audience, wanted.scope);
        // Just the access token: there is a refresh token for the session already, or there is to be none.
        const scope = joinScopes('openid', asked);
        const login = await this.#logins.silent({ audience, additionalParameters: { scope, ...parameters } });
        requireSameUser(held, decodeClaims(login.credentials.idToken));
        return await this.#keep(held, withApi(held, audience, asked, login));
      }
      const { credentials, jkt } = await this.#logins.silent({
        ...(audience ? { audience } : {}),
        scope: joinScopes(held.credentials.scope, wanted.scope),
        additionalParameters: parameters,
      });
      return await this.#keep(held, { ...held, jkt, credentials });
    } catch (error) {
      if (error instanceof AuthError && error.code === 'login_required' && !held.credentials.refreshToken)
        await this.#store.end(held.id);
      throw error;
    }
  }

  async #keep(held: HeldSession, session: StoredSession): Promise<HeldSession> {
    this.#unkept = { before: held, session };
    const kept = await this.#store.update(held.id, session);
    this.#unkept = undefined;
    if (!kept)
      throw new AuthError('NoCredentials', 'Signed out during the renewal.', {
        code: 'NO_CREDENTIALS',
      });
    return kept;
  }

  /**
   * A request whose answer was lost or cut off on the way is sent again once: inside the tenant's overlap window the same refresh
   * token still works. Beyond that, `maxRetries`.
   */
  async #persistently<T>(request: () => Promise<T>): Promise<T> {
    let lost = false;
    for (let retry = 0; ; ) {
      try {
        return await request();
      } catch (error) {
        const { code, status } = error as AuthError;
        const isPassing = code === 'network_error' || code === 'timeout' || status === 429 || status >= 500;
        if ((code === 'network_error' || code === 'invalid_response') && !lost) lost = true;
        else if (isPassing && retry < this.#configuration.maxRetries) {
          const ms = pauseMs(++retry) - pauseMs(retry - 1);
          await new Promise<void>((resolve) => this.#platform.clock.setTimeout(resolve, ms));
        } else throw error;
      }
    }
  }
}

/** All pauses up to the n-th retry: 0.5 s, 1 s, 2 s … */
const pauseMs = (retries: number) => 500 * (2 ** retries - 1);

/** OpenID Connect Core section 5.4. */
const personalScopes = ({ credentials }: StoredSession) =>
  credentials.scope
    ?.split(' ')
    .filter((scope) => /^(profile|email|address|phone)$/.test(scope))
    .join(' ');

const noRefreshToken = () =>
  new AuthError('NoRefreshToken', 'The access token has expired and there is no refresh token.', {
    code: 'NO_REFRESH_TOKEN',
  });

/** OpenID Connect Core section 12.2: a renewed ID token is about the same person. */
function requireSameUser({ credentials: { idToken } }: StoredSession, claims: Claims | undefined): void {
  if (claims && idToken && claims.sub !== decodeClaims(idToken).sub)
    throw new AuthError('InvalidIdToken', 'The renewed ID token is about another user; its tokens were discarded.', {
      code: 'a0.session.invalid_idtoken',
    });
}

/** The access token stays; refresh token and ID token are those of an answer for another API. */
function passOn(old: Credentials, renewed: Credentials): Credentials {
  const { idToken, refreshToken } = merge(old, renewed);
  return { ...old, idToken, ...(refreshToken ? { refreshToken } : {}) };
}

function withApi(
  held: StoredSession,
  audience: string,
  asked: string,
  { credentials, jkt }: Pick<StoredSession, 'credentials' | 'jkt'>,
): StoredSession {
  const { accessToken, tokenType, expiresAt, scope } = credentials;
  const entry = { audience, asked, credentials: { accessToken, tokenType, expiresAt, ...(scope ? { scope } : {}) } };
  const others = held.apis?.filter((api) => api.audience !== audience) ?? [];
  return { ...held, jkt: held.jkt ?? jkt, apis: [...others, entry] };
}

/** An opaque token does not say whom it is for. */
function isTokenFor(audience: string, { accessToken }: Credentials): boolean {
  try {
    const { aud } = decodeClaims(accessToken);
    return aud === undefined || [aud].flat().includes(audience);
  } catch {
    return true;
  }
}
