import { AuthError } from '../errors/auth-error.ts';
import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import { MutexTimeoutError, type Platform } from '../platform/platform.ts';
import { grants } from '../protocol/grants.ts';
import { decodeClaims } from '../protocol/id-token.ts';
import { merge } from '../protocol/merge-credentials.ts';
import { includesScopes, joinScopes } from '../protocol/scope.ts';
import type { Credentials } from '../types/index.ts';
import type { CredentialStore, HeldSession, StoredSession } from './credential-store.ts';
import type { Logins } from './logins.ts';

export interface Wanted {
  readonly scope?: string | undefined;
  /** Seconds. */
  readonly minTtl: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly force: boolean;
}

/** Whether what is held will do: compared with the clock on every call, never by a timer. */
export function satisfies({ credentials }: StoredSession, wanted: Omit<Wanted, 'parameters'>, nowMs: number): boolean {
  if (wanted.force || credentials.expiresAt <= nowMs / 1000 + wanted.minTtl) return false;
  return includesScopes(grantedScope(credentials), wanted.scope);
}

/** What is held stands for its scopes too: servers often leave `openid` and `offline_access` out of their answer. */
const grantedScope = ({ scope, idToken, refreshToken }: Credentials) =>
  joinScopes(scope, idToken && 'openid', refreshToken && 'offline_access');

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
    const key = JSON.stringify([held.id, wanted.scope, wanted.minTtl, wanted.parameters, wanted.force]);
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

  async #renew(wanted: Wanted): Promise<HeldSession> {
    let spent: string | undefined;
    for (;;) {
      const held = await this.#store.read();
      if (!held) throw new AuthError('NoCredentials', 'Nobody is signed in.', { code: 'NO_CREDENTIALS' });
      if (satisfies(held, wanted, this.#platform.clock.now())) return held;
      const { refreshToken } = held.credentials;
      if (!refreshToken) return this.#renewSilently(held, wanted);
      try {
        return await this.#refresh(held, refreshToken, wanted);
      } catch (error) {
        if (!(error instanceof AuthError) || error.code !== 'invalid_grant') throw error;
        // Somebody without our lock may have renewed in between: theirs is then the token to use. Once.
        const now = await this.#store.read();
        const isNewer = now?.id === held.id && now.credentials.refreshToken !== refreshToken;
        if (!isNewer || spent !== undefined) {
          await this.#store.end(held.id);
          throw error;
        }
        spent = refreshToken;
      }
    }
  }

  async #refresh(held: HeldSession, refreshToken: string, wanted: Wanted): Promise<HeldSession> {
    const { credentials } = held;
    // Asking for more asks for all: a token of the new scopes alone would be a step back for everybody else.
    const scope = includesScopes(grantedScope(credentials), wanted.scope)
      ? undefined
      : joinScopes(credentials.scope, wanted.scope);
    const answer = await this.#persistently(() =>
      this.#tenant.requestToken(
        grants.refreshToken,
        { refreshToken, scope, more: wanted.parameters },
        { scope: scope ?? credentials.scope },
      ),
    );
    // OpenID Connect Core section 12.2: a renewed ID token is about the same person.
    if (answer.claims && credentials.idToken && answer.claims.sub !== decodeClaims(credentials.idToken).sub)
      throw new AuthError('InvalidIdToken', 'The renewed ID token is about another user; its tokens were discarded.', {
        code: 'a0.session.invalid_idtoken',
      });
    return this.#keep(held, { ...held, credentials: merge(credentials, answer.credentials) });
  }

  /** Without a refresh token: by the session at the tenant, where the platform can ask it unseen. */
  async #renewSilently(held: HeldSession, wanted: Wanted): Promise<HeldSession> {
    if (!this.#logins.mayBeSilent)
      throw new AuthError('NoRefreshToken', 'The access token has expired and there is no refresh token.', {
        code: 'NO_REFRESH_TOKEN',
      });
    try {
      const { credentials } = await this.#logins.silent({
        ...(held.audience ? { audience: held.audience } : {}),
        scope: joinScopes(held.credentials.scope, wanted.scope),
        additionalParameters: wanted.parameters as Record<string, string>,
      });
      return await this.#keep(held, { ...held, credentials });
    } catch (error) {
      if (error instanceof AuthError && error.code === 'login_required') await this.#store.end(held.id);
      throw error;
    }
  }

  async #keep(held: HeldSession, session: StoredSession): Promise<HeldSession> {
    const kept = await this.#store.update(held.id, session);
    if (!kept)
      throw new AuthError('NoCredentials', 'Signed out while the credentials were being renewed.', {
        code: 'NO_CREDENTIALS',
      });
    return kept;
  }

  /**
   * A request whose answer was lost on the way is sent again once: inside the tenant's overlap window the same refresh
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
        if (code === 'network_error' && !lost) lost = true;
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
