import { AuthError } from '../errors/auth-error.ts';
import { CredentialsManagerError } from '../errors/credentials-manager-error.ts';
import type { Clock } from '../platform/platform.ts';
import { decodeClaims } from '../protocol/id-token.ts';
import { merge } from '../protocol/merge-credentials.ts';
import { includesScopes, joinScopes } from '../protocol/scope.ts';
import type { Credentials } from '../types/index.ts';
import type { ApiEntry, CredentialStore, HeldSession } from './credential-store.ts';
import { satisfies, tokenFor, type Wanted } from './held-tokens.ts';
import type { Renewal } from './renewal.ts';

/** The rules of wire reference section 34 over the store and its renewals. Knows no state of the app. */
export class StoredCredentials {
  readonly #store: CredentialStore;
  readonly #renewal: () => Promise<Renewal>;
  readonly #clock: Clock;

  constructor(store: CredentialStore, renewal: () => Promise<Renewal>, clock: Clock) {
    this.#store = store;
    this.#renewal = renewal;
    this.#clock = clock;
  }

  /** Loads what renewals need, ahead of them; a failure shows when it is needed. */
  prepare(): void {
    this.#renewal().catch(() => undefined);
  }

  /** The session with an access token that will do, renewed where due. A hit asks neither lock nor storage. */
  get(wanted: Wanted): Promise<HeldSession> {
    return this.use(async (held) => {
      const askedAt = this.#now();
      if (satisfies(held, wanted, this.#clock.now())) {
        if (tokenFor(held, wanted.audience)?.tokenType === 'DPoP') await this.#store.trustKey(held);
        return held;
      }
      const renewed = await (await this.#renewal()).renew(held, wanted);
      // The renewed token is kept in any case: with rotation the old refresh token is already spent.
      const expiresAt = tokenFor(renewed, wanted.audience)?.expiresAt ?? 0;
      // From when it was asked for: a new token has its whole lifetime, however long it took to come and to be kept.
      const lifetime = expiresAt - askedAt;
      if (expiresAt <= this.#now() || lifetime < wanted.minTtl)
        throw fault(
          'LARGE_MIN_TTL',
          `The access token lives ${lifetime} s, less than the ${wanted.minTtl} s asked for.`,
        );
      return renewed;
    });
  }

  /**
   * Runs `work` with the session, whatever its access token is worth. What befalls it is no answer when another login was
   * stored meanwhile, here or in another tab: then `work` runs with that.
   */
  async use<T>(work: (held: HeldSession) => Promise<T>): Promise<T> {
    let held = await this.#store.get();
    for (;;) {
      if (!held) throw fault('NO_CREDENTIALS', 'Nobody is signed in.');
      try {
        if (!this.#hasEnded(held)) return await work(held);
        await this.#store.end(held.id);
        throw fault('SESSION_EXPIRED', 'The session has ended; sign in again.');
      } catch (error) {
        const latest = await this.#store.latest().catch(() => null);
        if (!latest || latest.id === held.id) throw error;
        held = latest;
      }
    }
  }

  /** Whether a session, if it is one, will do as it is. */
  isFresh(held: HeldSession): boolean {
    return satisfies(held, { minTtl: 0, force: false }, this.#clock.now()) && !this.#hasEnded(held);
  }

  #hasEnded({ credentials: { sessionExpiresAt } }: HeldSession): boolean {
    return sessionExpiresAt !== undefined && sessionExpiresAt <= this.#now();
  }

  /** Forgets the token for one API; with `scope`, only if it was asked for with that. */
  async clearApi(audience: string, scope?: string): Promise<void> {
    const held = await this.#store.get();
    const isMeant = (api: ApiEntry) =>
      api.audience === audience && includesScopes(joinScopes(api.asked, api.credentials.scope), scope);
    if (!held?.apis?.some(isMeant)) return;
    const without = (current: HeldSession) => ({ ...current, apis: current.apis?.filter((api) => !isMeant(api)) });
    await this.use(async (current) => (await this.#renewal()).change(current, without));
  }

  /** Whether `get` has something to work with, without any network. */
  async has(minTtl: number): Promise<boolean> {
    const suffices = (held: HeldSession | null) =>
      held !== null &&
      !this.#hasEnded(held) &&
      (held.credentials.refreshToken !== undefined || held.credentials.expiresAt > this.#now() + minTtl);
    // A login that this tab has not heard of yet may do better.
    return suffices(await this.#store.get()) || suffices(await this.#store.read());
  }

  async save(credentials: Credentials): Promise<void> {
    const expiresAt = Number(credentials?.expiresAt);
    if (!credentials?.accessToken || !Number.isFinite(expiresAt))
      throw fault('INVALID_CREDENTIALS', 'Credentials need an accessToken and an expiresAt in seconds.');
    const { idToken = '', tokenType = 'Bearer', ...rest } = credentials;
    const complete: Credentials = { ...rest, idToken, tokenType, expiresAt: Math.floor(expiresAt) };
    if (idToken) decodeClaims(idToken);
    const held = await this.#store.get();
    // A renewal's answer may come without a refresh token; saving it must not lose the one there is.
    const isSameUser = idToken !== '' && held?.user != null && held.user.sub === decodeClaims(idToken).sub;
    await this.#store.adopt(
      isSameUser && held
        ? { audience: held.audience, apis: held.apis, credentials: merge(held.credentials, complete) }
        : { credentials: complete },
    );
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

const fault = (code: string, message: string) =>
  new CredentialsManagerError(new AuthError('CredentialsManagerError', message, { code }));
